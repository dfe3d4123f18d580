"""Do a job again that was kept with --save-job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool import __version__
from nlptool.cli.job_options import JobOptions
from nlptool.cli.messages import log
from nlptool.cli.options import command
from nlptool.cli.saved_job import read_job
from nlptool.cli.task_command import do_job
from nlptool.cli.writing_options import OUTPUT
from nlptool.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "rerun")(rerun)


def rerun(
    file: Annotated[Path, typer.Argument(help="What --save-job left: OUTPUT.job.json.")],
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write here instead.", rich_help_panel=OUTPUT
        ),
    ] = None,
) -> int:
    """Do a job again that was kept with --save-job: the same records, options and model, from the
    folder that it was done in.

    Another version of nlptool is told.
    """
    job, kept = read_job(file)
    if output:
        job = msgspec.structs.replace(job, output=os.path.abspath(output))  # noqa: PTH100
    if kept.nlptool != __version__:
        log.warning("the job was done by nlptool %s, this is %s", kept.nlptool, __version__)
    try:
        os.chdir(kept.folder)
    except OSError as error:
        raise InputError(f"the folder of the job, {kept.folder}: {error.strerror}") from error
    return do_job(job, JobOptions())
