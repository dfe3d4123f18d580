"""Failed records, kept to be fed in again, and how many of them a job bears."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nlptool.errors import OutputError, RecordError, UsageError
from nlptool.io.atomic import GrowingSink
from nlptool.io.files import Outputs
from nlptool.io.formats import jsonl
from nlptool.io.formats.rejected import line_of
from nlptool.io.packed import PackedSink
from nlptool.io.record import Record
from nlptool.io.sinks import Sink
from nlptool.pipeline.jobspec import Counts

REJECTS = "the rejects"
ENOUGH = 100
"""Records before a share of them is judged."""


class Rejects:
    """A file of JSON lines that appears, whatever becomes of the job, with the first failure.

    ``grown`` is as many bytes of it as an earlier run has written, None where the job does not go
    on.
    """

    def __init__(self, path: Path, files: Outputs, grown: int | None) -> None:
        self.path = path
        self.files = files
        self.grown = grown
        self.sink: Sink | None = self._open() if grown else None

    def grown_to(self) -> int:
        """The bytes of a file that grows; what is packed ends a member here."""
        if isinstance(self.sink, GrowingSink | PackedSink):
            return self.sink.grown_to(0) or 0
        return 0

    def add(self, record: Record, error: RecordError) -> None:
        """The record's line; all of it that can be written."""
        row = {name: value for name, value in record.row.items() if not callable(value)}
        self.sink = self.sink or self._open()
        try:
            self.sink.write(jsonl.encode([line_of(record, row, str(error))]))
        except OutputError:
            self.sink.abort()
            self.sink = None
            raise

    def close(self, finished: bool, tell: Callable[[OutputError], None]) -> None:
        """The file appears, unless the job will go on; OutputError where it cannot, or ``tell``
        hears of it where something else went wrong."""
        if self.sink is None:
            return
        if self.grown is not None and not finished:
            self.sink.abort()
            return
        try:
            self.sink.commit()
        except OutputError as error:
            if finished:
                raise
            tell(error)

    def _open(self) -> Sink:
        if self.grown is None:
            return self.files.open(self.path, REJECTS)
        return self.files.grow(self.path, REJECTS, self.grown)


def check_limit(limit: str) -> None:
    """UsageError for what is neither a number nor a percentage."""
    number = limit.removesuffix("%")
    try:
        right = float(number) >= 0 if number != limit else int(number) >= 0
    except ValueError:
        right = False
    if not right:
        raise UsageError(f"--max-errors {limit}: expected a number, or a percentage such as 2%")


def over(limit: str | None, counts: Counts, *, ended: bool = False) -> bool:
    """Whether more records failed than ``limit`` allows: so many, or so many percent.

    A percentage is judged once there are enough records, or none more to come.
    """
    if limit is None:
        return False
    if not limit.endswith("%"):
        return counts.failed > int(limit)
    records = counts.done + counts.failed
    share = float(limit.removesuffix("%")) / 100
    return (ended or records >= ENOUGH) and counts.failed > share * records
