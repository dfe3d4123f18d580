"""The commands, each imported when it is asked for: help and start stay light."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from nlptool.cli.light import Light

ABOUT = "About nlptool"
COMMANDS = {
    "sentiment": ("Say whether a text is positive or negative.", None),
    "qa": ("Answer questions from a text.", None),
    "ocr": ("Read the text in pictures and PDF pages.", None),
    "segment": ("Cut text into words.", None),
    "word2vec": ("Train word vectors, and ask them.", None),
    "stem": ("Reduce words to their stems or lemmas.", None),
    "models": ("List, pull, verify and remove models.", ABOUT),
    "config": ("Show each setting and where it came from.", ABOUT),
    "plugins": ("List the plugins: their tasks, versions, and whether they can run.", ABOUT),
}
"""A command's name, which is its module's, with its line in the list and its panel there."""


class Commands(Light, TyperGroup):
    """The commands as their names and help alone, until one is resolved."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name, (help_, panel) in COMMANDS.items():
            self.commands[name] = TyperCommand(name, help=help_, rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments name, imported."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, self.load(name) if name else None, rest

    def load(self, name: str) -> Any:
        """A command with its options."""
        app = typer.Typer(rich_markup_mode=self.rich_markup_mode)
        import_module(f"nlptool.cli.{name.replace('-', '_')}").register(app)
        return get_group(app).commands[name]
