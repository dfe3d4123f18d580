"""Options about records that fail, the same for all tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.writing_options import Writing
from nlptool.pipeline.jobspec import OnError

ERRORS = "Errors"


class Errors(Writing, frozen=True):
    """Input, output, and what becomes of records that fail."""

    on_error: Annotated[
        OnError,
        typer.Option(
            help="A record that fails ends the job, is left out, or is written as an error.",
            rich_help_panel=ERRORS,
        ),
    ] = "skip"
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="Keep failed records here, to be fed in again.",
            rich_help_panel=ERRORS,
        ),
    ] = None
    max_errors: Annotated[
        str | None,
        typer.Option(
            metavar="N|N%",
            help="End the job once more records failed; a percentage is judged from 100 records "
            "on.",
            rich_help_panel=ERRORS,
        ),
    ] = None
    retries: Annotated[
        int,
        typer.Option(
            min=0,
            help="Ask so many times more for a record that failed by what may pass.",
            rich_help_panel=ERRORS,
        ),
    ] = 0
    timeout_per_record: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.001,
            help="A record that takes longer fails; answers come from processes then.",
            rich_help_panel=ERRORS,
        ),
    ] = None
