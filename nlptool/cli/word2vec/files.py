"""nlptool word2vec export, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.messages import log
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.word2vec.saving import MAKING, Saved
from nlptool.tasks.vectors import Kind
from nlptool.tasks.word2vec import WORD2VEC
from nlptool.training import vectors


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "export", panel=MAKING)(export)
    command(app, "import", panel=MAKING)(import_)


def export(model: Model, saved: Saved) -> None:
    """Write a model's vectors as a file for other programs, or as a smaller folder."""
    log.info("%d words", vectors.export(model.pool(WORD2VEC).resolver, saved.saving()))


def import_(
    saved: Saved,
    file: Annotated[
        Path,
        typer.Argument(
            help="word2vec text or binary, GloVe text, or what gensim 4 saved; .gz too."
        ),
    ],
    kind: Annotated[
        Kind | None, typer.Option("--from", help="Its form, where the suffix does not tell.")
    ] = None,
    lower: Annotated[
        bool, typer.Option("--lower", help="All its words are in lower case: ask for them so.")
    ] = False,
) -> None:
    """Make a folder of vectors, which opens at once, from a file of another program."""
    log.info("%d words", vectors.import_file(file, kind, lower, saved.saving()))
