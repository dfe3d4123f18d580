"""The commands, each imported when it is asked for: help and start stay light."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from nlptool.cli.light import Light

TRAINING = "Training and evaluation"
ABOUT = "About nlptool"
COMMANDS = {
    "translate": ("translate", "Translate text and documents.", None),
    "sentiment": ("sentiment", "Say whether a text is positive or negative.", None),
    "qa": ("qa", "Answer questions from a text.", None),
    "ocr": ("ocr", "Read the text in pictures and PDF pages.", None),
    "segment": ("segment", "Cut text into words, and mark the regions of pictures.", None),
    "word2vec": ("word2vec", "Ask a model of word vectors; train one.", None),
    "stem": ("stem", "Reduce words to their stems or lemmas.", None),
    "finetune": ("finetune", "Fine-tune a model on your own data.", TRAINING),
    "eval": (
        "evaluate",
        "Compare models on data: scores, speed and memory in one table.",
        TRAINING,
    ),
    "models": ("models", "List, pull, verify and remove models.", ABOUT),
    "config": ("config", "Show each setting and where it came from.", ABOUT),
    "doctor": (
        "doctor",
        "Say what is here, which tasks work now, and what the others need.",
        ABOUT,
    ),
    "plugins": (
        "plugins",
        "List the plugins, and make the environments that some of them need.",
        ABOUT,
    ),
}
"""Each command's module, its line in the list, and its panel there."""


class Commands(Light, TyperGroup):
    """The commands as their names and help alone, until one is resolved."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name, (_, help_, panel) in COMMANDS.items():
            self.commands[name] = TyperCommand(name, help=help_, rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments name, imported."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, self.load(name) if name else None, rest

    def load(self, name: str) -> Any:
        """A command with its options."""
        app = typer.Typer(rich_markup_mode=self.rich_markup_mode)
        import_module(f"nlptool.cli.{COMMANDS[name][0]}").register(app)
        return get_group(app).commands[name]
