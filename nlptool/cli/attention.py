"""Show which word looks at which in a model."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.cli.writing_options import OUTPUT
from nlptool.tasks.attention import ATTENTION, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "attention")(attention)


def attention(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|DIR/",
            help="Draw all heads, or with --layer and --head one of them as arcs between the "
            "words: a name in .png or .svg.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
) -> int:
    """Show which word looks at which in a model.

    Text shows for each token the three that it looks at most, on average over the heads; JSON and
    npy have all weights (layers, heads, tokens, tokens). The models of sentiment and qa in the
    package can be asked; with the extra transformers any model that transformers knows.
    """
    drawing = ATTENTION.artifact()(plot) if plot and ATTENTION.artifact else None
    return run_task(ATTENTION, texts, job, model, params, artifact=drawing)
