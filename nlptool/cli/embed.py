"""Make vectors of texts, compare them, and search by meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.messages import log
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.cli.writing_options import OUTPUT
from nlptool.errors import RecordError, UsageError
from nlptool.io import reader
from nlptool.tasks.embed import EMBED, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "embed")(embed)


def embed(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the texts on a plane instead: a name in .png or .svg.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    method: Annotated[
        str, typer.Option(help="How: pca, tsne, or umap where it is installed.")
    ] = "pca",
) -> int:
    """Make vectors of texts, compare them, and search by meaning.

    A vector has the length 1, so that the sum of products of two is their cosine. -o FILE.npy
    writes them as one array, which --search takes, too. A text longer than the model can see is
    read in windows. The model that is taken if none is named, all-MiniLM-L6-v2, knows English.
    """
    if plot is None:
        return run_task(EMBED, texts, job, model, params, reads=[params.search])
    if params.search is not None or params.similar_to is not None:
        raise UsageError("--plot draws texts; leave out --search and --similar-to")
    from nlptool.evaluation.text_plot import Plan, draw

    spec = reader.Spec(
        arguments=tuple(texts or ()),
        inputs=tuple(job.input or ()),
        format=job.input_format,
        encoding=job.encoding,
        dialect=job.dialect(),
    )
    failed = draw(Plan(spec, plot, tuple(job.field or ()), method), model.pool(EMBED))
    if failed:
        log.warning("%d texts are not shown", failed)
    return RecordError.code if failed else 0
