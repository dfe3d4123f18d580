"""Go on with a text, or answer it, by a language model."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.config.registry import load
from nlptool.tasks.generate import GENERATE, Params

CHAT = "chat"
"""What the registry's default for a chat stands under, among those of generate."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "generate")(generate)


def generate(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    prompts: Annotated[list[str] | None, typer.Argument(help="Beginnings, or questions.")] = None,
) -> int:
    """Go on with a text, or answer it, by a language model.

    On a terminal the text comes as it is said, and Ctrl-C ends it there; elsewhere each answer is
    written whole. JSON has the number of tokens and what ended the text: end (the model), stop,
    length (--max-tokens), context (the model sees no more). The model that is taken if none is
    named, SmolLM2, goes on with English; with --chat it is Qwen2.5 Coder 1.5B (1.1 GB), which
    answers in Chinese and English.
    """
    if params.chat and model.model is None:
        chatting = load(model.registry).defaults.get(GENERATE.name, {}).get(CHAT)
        model = msgspec.structs.replace(model, model=chatting)
    live = sys.stdout is not None and sys.stdout.isatty() and not params.log_probs
    return run_task(GENERATE, prompts, job, model, params, live=live)
