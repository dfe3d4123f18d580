"""Take the values of fields that you name out of a text."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.tasks.extract import EXTRACT, Params, names_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "extract")(extract)


def extract(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
) -> int:
    """Take the values of fields that you name out of a text, by a language model.

    A JSON object a text, null for what it does not say. The model that is taken if none is named
    is Qwen2.5 Coder 1.5B (1.1 GB), for English and Chinese; what it says is not checked.
    """
    names_of(params)
    return run_task(EXTRACT, texts, job, model, params)
