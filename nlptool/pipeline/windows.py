"""Windows: runs of records that are answered together, numbered, in the order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from nlptool.io.record import Chunk
from nlptool.pipeline.columns import ColumnMapping


class Window(NamedTuple):
    """Records that are answered together."""

    number: int
    records: Chunk
    columns: ColumnMapping

    def items(self) -> list[Any]:
        """Of each record the task's input, or the RecordError that says why there is none."""
        return self.columns.take_all(self.records)


class Answered(NamedTuple):
    """Records of a window with a result or a RecordError each; ``last`` says that the window is
    answered with these, ``rendered`` that results are the bytes to be written. ``written`` is all
    that is to be written of records that are all answered, whose results are only there."""

    number: int
    records: Chunk
    results: list[Any]
    last: bool = True
    rendered: bool = False
    written: bytes | None = None


def windows(
    chunks: Iterable[Chunk], columns: ColumnMapping, size: Callable[[Any], int]
) -> Iterator[Window]:
    """The records in windows, none of which waits for a record that is not read yet.

    ``size`` tells, by its first item, how many records a window has at most.
    """
    number = 0
    for chunk in chunks:
        start = 0
        while start < len(chunk):
            (item,) = columns.take_all(chunk[start : start + 1])
            end = start + size(item)
            yield Window(number, chunk[start:end], columns)
            start, number = end, number + 1
