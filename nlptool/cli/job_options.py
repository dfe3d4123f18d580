"""All options of a job: input, output, errors, and how it is carried out."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.error_options import Errors
from nlptool.pipeline.jobspec import Execution

JOB = "Job"


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

    def execution(self) -> Execution:
        """How the job is carried out."""
        return Execution(self.jobs, self.retries, self.timeout_per_record, self.max_errors)
