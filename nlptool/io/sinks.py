"""Writing: results as bytes of a format, to standard output, a file or a folder of files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from nlptool.errors import OutputError, UsageError
from nlptool.io.formats import jsonl
from nlptool.io.formats.json_array import ArrayEncoder, PredictionsEncoder
from nlptool.tasks import Row

SUFFIXES = {
    ".txt": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "text",
    ".htm": "text",
    ".srt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
FORMATS = ("text", "json", "jsonl", "csv", "tsv", "parquet", "squad")


class ReaderGone(Exception):  # noqa: N818
    """Whoever read our standard output has had enough (``| head``): no error at all."""


class Encoder:
    """Rows to bytes of one format; ``columns`` are those that a table needs in any case."""

    def __init__(self, kind: str, columns: Sequence[str] = ()) -> None:
        self.end: Callable[[], bytes] = bytes
        self.go_on: Callable[[Path], object] = bool
        self.encode: Callable[[list[Row]], bytes]
        if kind == "jsonl":
            self.encode = jsonl.encode
        elif kind in ("json", "squad"):
            array = ArrayEncoder() if kind == "json" else PredictionsEncoder()
            self.encode, self.end, self.go_on = array.encode, array.end, array.go_on
        elif kind == "parquet":
            from nlptool.io.formats.parquet import ParquetEncoder

            groups = ParquetEncoder(columns)
            self.encode, self.end = groups.encode, groups.end
        elif kind in ("csv", "tsv"):
            from nlptool.io.formats.table import TableEncoder

            table = TableEncoder("," if kind == "csv" else "\t", columns)
            self.encode, self.go_on = table.encode, table.go_on
        else:
            raise UsageError(f"{kind} is no output format; expected {', '.join(FORMATS)}")


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
        data = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror}") from error
    return data


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
