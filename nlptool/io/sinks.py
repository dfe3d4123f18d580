"""Where bytes go: what a sink is, streams, standard output as data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Protocol

from nlptool.errors import OutputError

STDOUT, STDERR = 1, 2


class ReaderGone(Exception):  # noqa: N818
    """Whoever read our standard output has had enough (``| head``): no error at all."""


class Sink(Protocol):
    """Where bytes go. ``commit`` makes them appear, ``abort`` makes as if they never were."""

    def write(self, data: bytes) -> None: ...
    def commit(self) -> None: ...
    def abort(self) -> None: ...


def claim_stdout() -> BinaryIO:
    """Standard output for data alone: from now on what a library prints there goes to stderr."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
        data = os.fdopen(os.dup(STDOUT), "wb", buffering=0)
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror}") from error
    finally:
        os.dup2(STDERR, STDOUT)
        if sys.stdout is None or not sys.stdout.writable():  # it was closed
            sys.stdout = sys.stderr
    return data


def claimed() -> Callable[[], BinaryIO]:
    """What gives the standard output claimed now, for who may not want it; where it is closed, the
    error comes then."""
    try:
        data = claim_stdout()
    except OutputError as error:
        return partial(_raise, error)
    return lambda: data


def _raise(error: OutputError) -> BinaryIO:
    raise error


class StreamSink:
    """An open stream, such as standard output or a pipe."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name

    def write(self, data: bytes) -> None:
        """All of the data, at once; ReaderGone when nobody reads any more."""
        left = memoryview(data)
        try:
            while left:
                left = left[self.stream.write(left) :]
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            raise cannot_write(self.name, error) from error

    def commit(self) -> None:
        """Nothing is held back."""

    def abort(self) -> None:
        """What was written was read already."""


def cannot_write(name: object, error: OSError) -> OutputError:
    """The error for an output that the system will not take."""
    return OutputError(f"{name}: {error.strerror or error}")
