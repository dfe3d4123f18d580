"""Every exception of ours, each with its exit code; README's table is made from this one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class NlptoolError(Exception):
    """A failure that a user can understand: one line, and an exit code that says its kind."""

    code: ClassVar[int]
    meaning: ClassVar[str]


class RecordError(NlptoolError):
    """One record could not be answered; the others can. Adapters return or raise it."""

    code = 1
    meaning = "some records failed"


class TransientError(RecordError):
    """A record that could not be answered this time; it is asked again where retries are wanted."""


class UsageError(NlptoolError):
    """The command line or the registry asks for something that makes no sense."""

    code = 2
    meaning = "usage: a wrong option, a wrong registry file"


class InputError(NlptoolError):
    """An input cannot be read at all."""

    code = 3
    meaning = "bad input: missing, unreadable, not what its format says"


class ModelError(NlptoolError):
    """A model, its weights or the library that runs it are not available."""

    code = 4
    meaning = "model not available: unknown, not pulled, damaged, its library missing"


class DeviceError(NlptoolError):
    """The device that was asked for is not there."""

    code = 5
    meaning = "device not available"


class OutputError(NlptoolError):
    """The output cannot be written."""

    code = 6
    meaning = "output failed: disk full, no permission"


class InternalError(NlptoolError):
    """A fault of nlptool or of a plugin."""

    code = 70
    meaning = "internal: a fault of nlptool or of a plugin; run again with --debug"


class OutOfTimeError(NlptoolError):
    """The time that the job was given is up."""

    code = 124
    meaning = "out of time (--timeout)"


class HungUpError(NlptoolError):
    """The terminal or the session of the job has ended."""

    code = 129
    meaning = "hung up"


class InterruptedJobError(NlptoolError):
    """The user ended the job."""

    code = 130
    meaning = "interrupted"


class TerminatedJobError(NlptoolError):
    """The system ended the job, in good order."""

    code = 143
    meaning = "terminated, after the window of records at hand"


FAILURES: tuple[type[NlptoolError], ...] = (
    RecordError,
    UsageError,
    InputError,
    ModelError,
    DeviceError,
    OutputError,
    InternalError,
    OutOfTimeError,
    HungUpError,
    InterruptedJobError,
    TerminatedJobError,
)


def some_failed(results: Iterable[object]) -> bool:
    """Whether a RecordError is among some results."""
    return any(issubclass(kind, RecordError) for kind in {*map(type, results)})


def one_line(message: object) -> str:
    """A message on one line, however many its library wrote."""
    return " ".join(str(message).split())


def library_missing(module: str, install: str) -> ModelError:
    """The error for a plugin whose library is not installed."""
    return ModelError(f"{module} is not installed; install it with: pip install '{install}'")
