"""Count n-grams of letters or words, and draw texts from them."""

from __future__ import annotations

import typer

from nlptool.cli.ngram import ask, make, plot
from nlptool.tasks.ngram import NGRAM


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help=NGRAM.summary, no_args_is_help=True)
    app.add_typer(group, name="ngram")
    for module in (make, ask, plot):
        module.register(group)
