"""Say whether a text is positive or negative."""

from __future__ import annotations

from typing import Annotated, Literal

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
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    probs: Annotated[
        bool, typer.Option("--probs", help="Show the probability of every label.")
    ] = False,
    top_k: Annotated[
        int, typer.Option("--top-k", "-k", min=1, help="Show the likeliest labels, so many.")
    ] = 1,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Below this score the label is: unsure.")
    ] = 0.0,
    style: Annotated[
        Literal["nlptool", "paddlehub"],
        typer.Option(help="The fields of the results; paddlehub's as JSON lines if no -f tells."),
    ] = "nlptool",
) -> int:
    """Say whether a text is positive or negative, or what else a classifier tells texts apart by.

    A label and its score a text. A blank line has neither: it stays blank, or is a row with an
    empty label and score 0. A text longer than the model can take is read in windows, and their
    scores are averaged.
    """
    if style == "paddlehub" and job.output is None:
        job = replace(job, format=job.format or "jsonl")
    return run_task(SENTIMENT, texts, job, model, Params(probs, top_k, threshold, style))
