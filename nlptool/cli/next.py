"""Show which words may come next, and how likely each is."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.cli.writing_options import OUTPUT
from nlptool.tasks.next import NEXT, Asked, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "next")(foretell)


def foretell(
    job: JobOptions,
    model: Model,
    asked: Asked,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Beginnings of texts.")] = None,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|DIR/",
            help="Draw bars, and probability against rank: a name in .png or .svg.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
) -> int:
    """Show which words may come next, and how likely each is.

    What a language model has for words are tokens: words with the space before them, parts of
    words, signs. The model that is taken if none is named, SmolLM2, knows English.
    """
    params = Params(**msgspec.structs.asdict(asked), ranks=plot is not None)
    drawing = NEXT.artifact()(plot) if plot and NEXT.artifact else None
    return run_task(NEXT, texts, job, model, params, artifact=drawing)
