"""Answer questions from a text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.reading_options import INPUT
from nlptool.cli.task_command import run_task
from nlptool.errors import UsageError
from nlptool.io.formats.text import whole
from nlptool.io.record import STDIN
from nlptool.io.sources import Source, find_sources
from nlptool.tasks.qa import QA, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "qa")(qa)


def qa(
    job: JobOptions,
    model: Model,
    params: Params,
    *,
    questions: Annotated[list[str] | None, typer.Argument(help="Questions.")] = None,
    context: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-", help="The file that holds the answers.", rich_help_panel=INPUT
        ),
    ] = None,
    context_text: Annotated[
        str | None,
        typer.Option(
            "--context-text", "-c", help="The text that holds the answers.", rich_help_panel=INPUT
        ),
    ] = None,
) -> int:
    """Answer questions from a text.

    The text is a file (--context), an argument (-c), or standard input where the questions are
    arguments; or each record brings its own, as jsonl, csv and SQuAD files do. Start and end count
    characters of it.
    """
    text = _context(context, context_text, questions, job)
    common = {} if text is None else {"context": text}
    return run_task(QA, questions, job, model, params, common=common, reads=[context])


def _context(
    file: str | None, text: str | None, questions: Sequence[str] | None, job: JobOptions
) -> str | None:
    """The one context of all questions, None where each record has its own."""
    if file is not None and text is not None:
        raise UsageError("give --context or -c, not both")
    if text is not None:
        return text
    if file is None:
        if not questions:
            return None
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("where is the answer to be found? Give --context FILE or -c TEXT")
        file = "-"
    if file == "-" and not questions and not job.input:
        raise UsageError("standard input cannot be both the context and the questions")
    found = [Source(STDIN)] if file == "-" else find_sources([file], ())
    if len(found) != 1:
        raise UsageError("--context takes one file")
    return whole(found[0], job.encoding)
