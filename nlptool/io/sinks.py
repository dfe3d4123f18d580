"""Writing: results as bytes of a format, to standard output, a file or a folder of files."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
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


class FileSink:
    """A file that appears whole or not at all: written beside its place, then renamed."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.part = self.path.with_name(f".{self.path.name[:200]}.{os.getpid()}.part")
        try:
            self.file: BinaryIO = self.part.open("xb")
            if self.path.exists():
                self.part.chmod(stat.S_IMODE(self.path.stat().st_mode))
        except OSError as error:
            raise cannot_write(path, error) from error

    def write(self, data: bytes) -> None:
        """The data into the hidden file."""
        try:
            self.file.write(data)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def commit(self) -> None:
        """The file under its name, complete."""
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            self.part.replace(self.path)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def abort(self) -> None:
        """The hidden file gone."""
        _close(self.file)
        self.part.unlink(missing_ok=True)


class GrowingSink(FileSink):
    """A file written beside its place that outlives the process, to go on after ``size`` bytes."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path.resolve()
        self.part = self.path.with_name(f".{self.path.name[:200]}.part")
        self.size = size
        try:
            self.file = self.part.open("ab")
            if self.file.tell() < size:
                raise OutputError(f"{self.part} is shorter than its checkpoint says; remove both")
            self.file.truncate(size)
        except OSError as error:
            raise cannot_write(path, error) from error

    def write(self, data: bytes) -> None:
        """The data at the end of the hidden file, out of the process."""
        super().write(data)
        try:
            self.file.flush()
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.size += len(data)

    def abort(self) -> None:
        """The hidden file stays for the next time."""
        _close(self.file)


def _close(file: BinaryIO) -> None:
    """Close a file whose content does not matter any more, on a full disk too."""
    with suppress(OSError):
        file.close()


def open_sink(path: Path) -> Sink:
    """A sink for ``-o``: whole by rename for a file; as it comes for a pipe or a device."""
    if path.exists() and not path.is_file() and not path.is_dir():
        try:
            return StreamSink(path.open("wb", buffering=0), str(path))
        except OSError as error:
            raise cannot_write(path, error) from error
    return FileSink(path)


def cannot_write(name: object, error: OSError) -> OutputError:
    """The error for an output that the system will not take."""
    return OutputError(f"{name}: {error.strerror or error}")
