"""All options of a job: input, output, errors, and how it is carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from nlptool.cli.error_options import Errors
from nlptool.cli.progress import Progress
from nlptool.errors import UsageError
from nlptool.models.device import core_count
from nlptool.pipeline.jobspec import Execution

JOB = "Job"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = 1e8
SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


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
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Do the I-th part of N, for nlptool merge; it goes on where it was ended.",
            rich_help_panel=JOB,
        ),
    ] = None
    jobs: Annotated[
        str | None,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N|auto",
            help="Processes that answer, each with its own model: what one record does to its "
            "process costs that record. auto: one a core, or a device. If not given, this process "
            "answers.",
            rich_help_panel=JOB,
        ),
    ] = None
    executor: Annotated[
        str | None,
        typer.Option(
            metavar="ray[=ADDRESS]",
            help="Answer on a Ray cluster, an actor for each of --jobs; if no address is given, on "
            "one of this machine.",
            rich_help_panel=JOB,
        ),
    ] = None
    unordered: Annotated[
        bool,
        typer.Option(
            "--unordered",
            help="Write answers as they come from the processes.",
            rich_help_panel=JOB,
        ),
    ] = False
    max_memory: Annotated[
        str | None,
        typer.Option(
            metavar="2G|500M",
            help="Replace a process that holds more; answers come from processes then.",
            rich_help_panel=JOB,
        ),
    ] = None
    batch_size: Annotated[
        str | None,
        typer.Option(
            "--batch-size",
            "--batch",
            metavar="N|auto",
            help="Records in a batch, as the model likes if not given. auto finds what is quickest "
            "and fits into memory, and remembers it.",
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
    save_job: Annotated[
        bool,
        typer.Option(
            "--save-job",
            help="Leave the job beside its output, as OUTPUT.job.json, for nlptool rerun.",
            rich_help_panel=JOB,
        ),
    ] = False
    progress: Annotated[
        Progress,
        typer.Option(
            help="How far the job is, on stderr: a bar on a terminal, JSON lines, nothing.",
            rich_help_panel=JOB,
        ),
    ] = "auto"
    summary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write here what became of the job, as JSON, however it ends.",
            rich_help_panel=JOB,
        ),
    ] = None

    def execution(self, devices: tuple[str, ...] = ()) -> Execution:
        """How the job is carried out on the devices, if some are named; UsageError for what is no
        number."""
        return Execution(
            jobs=self._jobs(devices),
            retries=self.retries,
            seconds=self.timeout_per_record,
            max_errors=self.max_errors,
            tune=self.batch_size == "auto",
            unordered=self.unordered,
            memory=self._memory(),
            devices=devices if len(devices) > 1 else (),
            executor=self.executor,
        )

    def batch(self) -> int | None:
        """Records in a batch, None where the model or what is quickest decides."""
        return None if self.batch_size in (None, "auto") else count("--batch-size", self.batch_size)

    def _jobs(self, devices: tuple[str, ...]) -> int | None:
        several = len(devices) if len(devices) > 1 else None
        if self.jobs == "auto" and self.executor:
            return None
        if self.jobs == "auto":
            return several or core_count()
        return several if self.jobs is None else count("--jobs", self.jobs)

    def _memory(self) -> int | None:
        if self.max_memory is None:
            return None
        if not Path("/proc/self/statm").exists():
            raise UsageError("--max-memory needs a system that tells what processes hold (Linux)")
        number = self.max_memory.upper().removesuffix("B").removesuffix("I")
        unit = number[-1:] if number[-1:] in SIZES else ""
        try:
            return int(float(number.removesuffix(unit)) * SIZES[unit])
        except ValueError as error:
            raise UsageError(f"--max-memory {self.max_memory}: expected 2G or 500M") from error

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


def count(option: str, value: str | None) -> int:
    """A number from 1 on; UsageError for anything else."""
    if value is None or not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise UsageError(f"{option} {value}: expected a number from 1 on, or auto")
    return int(value)
