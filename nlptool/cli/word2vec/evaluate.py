"""nlptool word2vec eval."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli import progress
from nlptool.cli.messages import log
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.word2vec.saving import MAKING
from nlptool.errors import RecordError
from nlptool.evaluation import words as questions
from nlptool.io import reader
from nlptool.tasks.word2vec import WORD2VEC


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "eval", panel=MAKING)(evaluate)


def evaluate(
    model: Model,
    out: Shown,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|DIR|GLOB...",
            help="Analogies (four words a line, sections by ': name') and word pairs "
            "(two words and a judgement a line); standard input if not given.",
        ),
    ] = None,
    encoding: Annotated[str, typer.Option(help="The files' encoding.")] = "utf-8",
) -> int:
    """Score vectors: accuracy on analogies, rank correlation on word pairs."""
    spec = reader.Spec(inputs=tuple(files or ()), format="text", encoding=encoding)
    sections, failed = questions.read_sections(spec)
    with progress.shown("eval") as tick:
        rows = questions.evaluate(model.pool(WORD2VEC), sections, tick)
    show(rows, out.format)
    if failed:
        log.warning("%d lines were neither", failed)
        return RecordError.code
    return 0
