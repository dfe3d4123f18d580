"""Lines that are a record each, and become one only where somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count
from typing import NamedTuple, overload

from nlptool.io.formats.format import Format, LineReader, NextId, ReadOptions
from nlptool.io.lines import Fault, lines
from nlptool.io.record import Chunk, Record
from nlptool.io.sources import Source


class Reading(NamedTuple):
    """How lines of a ``source`` become records: by the reader of the format of that name."""

    form: str
    by_line: LineReader
    options: ReadOptions
    source: str

    @classmethod
    def of(cls, form: Format, options: ReadOptions, source: str = "") -> Reading:
        """That of a format; TypeError for one that is not read line by line."""
        if form.by_line is None:
            raise TypeError(f"{form.name} is not read line by line")
        return cls(form.name, form.by_line, options, source)

    def records(self, found: Sequence[str], next_id: NextId, line: int) -> list[Record]:
        """Those of lines, the first of which is number ``line`` of the source."""
        chunks = self.by_line(iter([[*found]]), self.source, next_id, self.options)
        records = [record for chunk in chunks for record in chunk]
        for record in records:
            record.line += line - 1
        return records


class Unread(Sequence[Record]):
    """The records of lines; the first has the id ``first`` and is number ``line`` of its source."""

    def __init__(self, how: Reading, found: list[str], first: int, line: int = 1) -> None:
        self.how = how
        self.lines = found
        self.first = first
        self.line = line

    @cached_property
    def records(self) -> list[Record]:
        """All of them."""
        return self.how.records(self.lines, count(self.first).__next__, self.line)

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Unread: ...
    def __getitem__(self, index: int | slice) -> Record | Unread:
        if not isinstance(index, slice):
            return self.records[index]
        start, _, _ = index.indices(len(self))
        return Unread(self.how, self.lines[index], self.first + start, self.line + start)


def read_unread(
    form: Format, source: Source, options: ReadOptions, next_id: NextId
) -> Iterator[Chunk]:
    """A source in a format that is read line by line, unread where its lines are a record each."""
    how = Reading.of(form, options, source.name)
    line = 1
    with source.open() as data:
        for found in lines(data, options.encoding, source.name):
            if Fault not in map(type, found) and form.one_each(found):
                first, *_ = [next_id() for _ in found]
                yield Unread(how, found, first, line)
            elif records := how.records(found, next_id, line):
                yield records
            line += len(found)
