"""Say how likely a text is, and how surprising each word of it."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.tasks.score import SCORE, Asked, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "score")(score)


def score(
    job: JobOptions,
    model: Model,
    asked: Asked,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    tokens: Annotated[
        bool | None,
        typer.Option(
            "--tokens/--no-tokens",
            help="Show the surprisal of each token, in bits; if not given, on a terminal.",
        ),
    ] = None,
) -> int:
    """Say how likely a text is, and how surprising each word of it.

    Log-likelihood (nats), perplexity of a token, and bits a byte. A text longer than the model can
    see is read in windows that overlap by half. With --choices, or a column choices, it says which
    ending is the likelier one after the text.
    """
    shown = tokens if tokens is not None else _on_terminal(job)
    return run_task(
        SCORE, texts, job, model, Params(**msgspec.structs.asdict(asked), surprisals=shown)
    )


def _on_terminal(job: JobOptions) -> bool:
    return job.output is None and job.format is None and sys.stdout.isatty()
