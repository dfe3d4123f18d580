"""A job kept beside its output, and done again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nlptool import __version__
from nlptool.damaged import DAMAGED
from nlptool.errors import InputError, UsageError
from nlptool.io.files import Outputs
from nlptool.io.sources import cannot_read
from nlptool.pipeline.jobspec import JobSpec, decode, encode

SUFFIX = ".job.json"
WHAT = "the job"


class Kept(msgspec.Struct, frozen=True):
    """A job, the version of nlptool that did it, and the folder that its paths start from."""

    nlptool: str
    folder: str
    job: msgspec.Raw


@dataclass(frozen=True)
class SavedJob:
    """A job that is to be kept in a file."""

    path: Path
    job: JobSpec

    def write(self) -> None:
        """Keep it."""
        kept = Kept(__version__, os.path.realpath("."), msgspec.Raw(encode(self.job)))
        data = msgspec.json.format(msgspec.json.encode(kept))
        Outputs().save(self.path, data + b"\n", WHAT)


def saved_job(job: JobSpec) -> SavedJob:
    """Where a job is kept; UsageError where its output is no file, or the place is taken by what is
    no job."""
    if job.output in (None, "-") or Path(str(job.output)).is_dir() or str(job.output)[-1] == "/":
        raise UsageError("--save-job needs -o FILE")
    path = Path(f"{job.output}{SUFFIX}")
    if path.exists():
        try:
            read_job(path)
        except InputError as error:
            raise UsageError(f"{path} is there, and is no job of nlptool's") from error
    return SavedJob(path, job)


def read_job(path: Path) -> tuple[JobSpec, Kept]:
    """A job that was kept; InputError for a file that is none."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
        return decode(bytes(kept.job)), kept
    except OSError as error:
        raise cannot_read(str(path), error) from error
    except (msgspec.MsgspecError, *DAMAGED, KeyError, NotImplementedError) as error:
        raise InputError(f"{path}: this is no job of nlptool's: {error}") from error
