"""Ask a model of word vectors; train one."""

from __future__ import annotations

import typer

from nlptool.cli.word2vec import ask, evaluate, files, plot, train
from nlptool.tasks.word2vec import WORD2VEC


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help=WORD2VEC.summary, no_args_is_help=True)
    app.add_typer(group, name="word2vec")
    for module in (ask, train, evaluate, plot, files):
        module.register(group)
