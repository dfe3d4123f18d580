"""Cut text into words, and mark the regions of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from nlptool.cli.segment import evaluate, image, train, words
from nlptool.io.pictures.pages import SUFFIXES

HELP = """Cut text into words, and mark the regions of pictures.

Without a command, text is cut into words, unless an argument is the name of a picture:
nlptool segment TEXT..., nlptool segment PICTURE... -o DIR. The options are those of the commands
words and image. Where a text is itself the name of a command, put -- before it.
"""


class _Default(TyperGroup):
    """The group with a command for arguments that name none."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with the name of their command before them."""
        if args[:1] not in (["--help"], ["-h"]) and (not args or args[0] not in self.commands):
            args = ["image" if any(map(_names_picture, args)) else "words", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=_Default, help=HELP)
    app.add_typer(group, name="segment")
    for module in (words, image, train, evaluate):
        module.register(group)


def _names_picture(word: str) -> bool:
    """A sentence may end with the name of a file too: Chinese has no spaces before it."""
    if word.startswith("-") or not word.lower().endswith(SUFFIXES):
        return False
    return word.isascii() or "/" in word or Path(word).exists()
