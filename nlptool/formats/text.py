"""Plain text: a record a line, a line a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from nlptool.formats.lines import Fault
from nlptool.formats.record import Chunk, Record, Reject


def read(
    chunks: Iterable[list[str]], source: str, next_id: Callable[[], int], column: str
) -> Iterator[Chunk]:
    """A record a line, under the name of ``column``."""
    start = 1
    for chunk in chunks:
        yield [
            Reject(next_id(), {column: line}, source, number, line.why)
            if isinstance(line, Fault)
            else Record(next_id(), {column: line}, source, number)
            for number, line in enumerate(chunk, start)
        ]
        start += len(chunk)
