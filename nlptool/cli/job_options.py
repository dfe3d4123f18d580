"""All options of a job: input, output, errors, and how it is carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from nlptool.cli.error_options import Errors
from nlptool.errors import UsageError
from nlptool.pipeline.jobspec import Execution

JOB = "Job"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = 1e8


class JobOptions(Errors, frozen=True):
    """What is read, what is written, and how; the same for all tasks."""

    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on where a run of the same command was ended.",
            rich_help_panel=JOB,
        ),
    ] = False
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            help="Processes that answer, each with its own model: what one record does to its "
            "process costs that record. If not given, this process answers.",
            rich_help_panel=JOB,
        ),
    ] = None
    batch_size: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Records in a batch, as the model likes if not given.",
            rich_help_panel=JOB,
        ),
    ] = None

    lock: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of the jobs with this name one works at a time.",
            rich_help_panel=JOB,
        ),
    ] = None
    if_locked: Annotated[
        Literal["skip", "wait"],
        typer.Option(
            help="While another job has the lock, do nothing and end well, or wait.",
            rich_help_panel=JOB,
        ),
    ] = "skip"
    timeout: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS|30m|8h",
            help="End the job after this time, with the window at hand, exit code 124.",
            rich_help_panel=JOB,
        ),
    ] = None
    summary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write here what became of the job, as JSON, however it ends.",
            rich_help_panel=JOB,
        ),
    ] = None

    def execution(self) -> Execution:
        """How the job is carried out."""
        return Execution(self.jobs, self.retries, self.timeout_per_record, self.max_errors)

    def time_limit(self) -> float | None:
        """The seconds that the job has; UsageError for what is no time."""
        if self.timeout is None:
            return None
        number = self.timeout.rstrip("".join(UNITS))
        unit = self.timeout.removeprefix(number)
        try:
            seconds = float(number) * UNITS[unit or "s"]
        except (ValueError, KeyError):
            seconds = 0.0
        if not 0 < seconds < LONGEST:
            raise UsageError(f"--timeout {self.timeout}: expected a time such as 90, 30m or 8h")
        return seconds
