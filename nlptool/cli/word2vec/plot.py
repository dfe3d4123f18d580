"""nlptool word2vec plot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.messages import log
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.reading_options import Reading
from nlptool.cli.word2vec.saving import MAKING
from nlptool.errors import RecordError
from nlptool.evaluation import word_plot
from nlptool.io import reader
from nlptool.tasks.word2vec import WORD2VEC


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "plot", panel=MAKING)(plot)


def plot(
    reading: Reading,
    model: Model,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="A name in .png or .svg.")
    ],
    *,
    words: Annotated[list[str] | None, typer.Argument(help="The words to show.")] = None,
    method: Annotated[word_plot.Method, typer.Option(help="Main components, or t-SNE.")] = "pca",
    neighbours: Annotated[
        int, typer.Option(min=0, help="Show so many words near each one too.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Where t-SNE starts.")] = 0,
) -> int:
    """Draw words on a plane, those of like meaning near each other."""
    spec = reader.Spec(
        arguments=tuple(words or ()),
        inputs=tuple(reading.input or ()),
        format=reading.input_format,
        encoding=reading.encoding,
        dialect=reading.dialect(),
        column=WORD2VEC.fields[0],
    )
    fields = tuple(reading.field or ())
    plan = word_plot.Plan(spec, output, fields, neighbours, method, seed)
    failed = word_plot.draw(plan, model.pool(WORD2VEC))
    if failed:
        log.warning("%d words are not shown", failed)
        return RecordError.code
    return 0
