"""nlptool word2vec plot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.options import command
from nlptool.cli.road import INPUT, Model
from nlptool.cli.talk import log
from nlptool.cli.word2vec.saving import MAKING
from nlptool.errors import RecordError
from nlptool.formats import read
from nlptool.run import word_plot
from nlptool.tasks.word2vec import WORD2VEC


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "plot", panel=MAKING)(plot)


def plot(
    model: Model,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="A name in .png or .svg.")
    ],
    *,
    words: Annotated[list[str] | None, typer.Argument(help="The words to show.")] = None,
    input: Annotated[  # noqa: A002
        list[str] | None,
        typer.Option("--input", "-i", metavar="FILE", help="Words to show.", rich_help_panel=INPUT),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="The column of the words.", rich_help_panel=INPUT),
    ] = None,
    method: Annotated[word_plot.Method, typer.Option(help="Main components, or t-SNE.")] = "pca",
    neighbours: Annotated[
        int, typer.Option(min=0, help="Show so many words near each one too.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Where t-SNE starts.")] = 0,
) -> int:
    """Draw words on a plane, those of like meaning near each other."""
    column = WORD2VEC.fields[0]
    spec = read.Spec(arguments=tuple(words or ()), inputs=tuple(input or ()), column=column)
    plan = word_plot.Plan(spec, output, tuple(field or ()), neighbours, method, seed)
    failed = word_plot.draw(plan, model.choice())
    if failed:
        log.warning("%d words are not shown", failed)
        return RecordError.code
    return 0
