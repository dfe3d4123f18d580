"""Say which of your own labels fits a text."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.tasks.classify import CLASSIFY, Params, labels_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "classify")(classify)


def classify(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
) -> int:
    """Say which of your own labels fits a text, by a language model that was not taught them.

    A label and its probability among the labels a text. The model that is taken if none is named
    is Qwen2.5 Coder 1.5B (1.1 GB), for English and Chinese; where you have examples, a classifier
    of your own is better and quicker: nlptool finetune.
    """
    labels_of(params)
    return run_task(CLASSIFY, texts, job, model, params)
