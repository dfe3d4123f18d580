"""nlptool ngram table, sample."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.errors import UsageError
from nlptool.ngrams import MOST, Smoothing
from nlptool.tasks.ngram import NGRAM, Params

Beginnings = Annotated[
    list[str] | None, typer.Argument(help="Beginnings of words or sentences, '' for none.")
]
Order = Annotated[
    int, typer.Option("--order", min=0, max=MOST, help="Use n-grams of this n; 0 is the model's.")
]
Smoothed = Annotated[Smoothing, typer.Option(help="How what was never counted is weighed.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "table")(table)
    command(app, "sample")(sample)


def need_model(model: Model) -> None:
    """UsageError where no file of n-grams is named."""
    if model.model is None:
        raise UsageError("name the n-grams with -m FILE.ngram; nlptool ngram train counts them")


def table(
    job: JobOptions,
    model: Model,
    *,
    beginnings: Beginnings = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="How many.")] = 10,
    order: Order = 0,
    smoothing: Smoothed = "witten-bell",
) -> int:
    """The likeliest next letters or words, with their probabilities."""
    need_model(model)
    return run_task(NGRAM, beginnings, job, model, Params("table", top, order, smoothing))


def sample(
    job: JobOptions,
    model: Model,
    *,
    beginnings: Beginnings = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Texts of each.")] = 1,
    order: Order = 0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same texts.")] = 0,
) -> int:
    """Draw words or sentences, as long as those of the corpus."""
    need_model(model)
    return run_task(NGRAM, beginnings, job, model, Params("sample", count, order, seed=seed))
