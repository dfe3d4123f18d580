"""Say whether a text is positive or negative."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec.structs import replace

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.tasks.sentiment import SENTIMENT, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "sentiment")(sentiment)


def sentiment(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
) -> int:
    """Say whether a text is positive or negative, or what else a classifier tells texts apart by.

    A label and its score a text. A blank line has neither: it stays blank, or is a row with an
    empty label and score 0. A text longer than the model can take is read in windows, and their
    scores are averaged.
    """
    if params.style == "paddlehub" and job.output is None:
        job = replace(job, format=job.format or "jsonl")
    return run_task(SENTIMENT, texts, job, model, params)
