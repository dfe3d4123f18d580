"""csv and tsv: a record a row, named by the first row."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from nlptool.errors import InputError, OutputError
from nlptool.io.formats.dialect import named
from nlptool.io.formats.format import Format, Layout, NextId, ReadOptions
from nlptool.io.lines import LINE_LIMIT, Fault, lines
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.sources import Source
from nlptool.tasks import Row

log = logging.getLogger(__name__)

csv.field_size_limit(LINE_LIMIT)
PLAIN = (str, int, float, type(None))
"""What csv.writer takes as it is."""
SHOWN = 5
"""Columns that are named in a message."""


def read(
    source: Source, options: ReadOptions, next_id: NextId, *, delimiter: str
) -> Iterator[Chunk]:
    """A record a row under the header's names; a row of another length is a Reject."""
    dialect, name = options.dialect, source.name
    with source.open() as data:
        feed = Feed(lines(data, options.encoding, name, keep_cr=True), dialect.skip_lines)
        chosen = dialect.delimiter or dialect.sniffed(feed.ahead(), delimiter)
        if chosen != (dialect.delimiter or delimiter):
            log.info("%s: the delimiter is %r", name, chosen)
        reading = dialect.reading(chosen)
        rows = csv.reader(feed, **reading)
        header = _header(rows, feed, name, options)
        source.columns = dict.fromkeys(header)
        while feed.ahead():
            start = feed.number + 1
            quick = _quick(feed.ahead(), reading, len(header))
            if quick:
                feed.pass_over()
                yield [
                    Record(next_id(), dict(zip(header, row, strict=True)), name, start + line)
                    for row, line in quick
                ]
            elif records := _slow(rows, feed, header, name, next_id):
                yield records


def _quick(
    chunk: Sequence[str], reading: dict[str, Any], width: int
) -> list[tuple[list[str], int]] | None:
    """The rows of lines that hold whole and sound rows alone, with the lines before each."""
    if {*map(type, chunk)} != {str}:
        return None
    found, line = [], 0
    reader = csv.reader([f"{line}\n" for line in chunk], **reading)
    try:
        for row in reader:
            if row:
                found.append((row, line))
            line = reader.line_num
    except csv.Error:
        return None
    return found if all(len(row) == width for row, _ in found) else None


def _slow(
    rows: Iterator[list[str]], feed: Feed, header: list[str], name: str, next_id: NextId
) -> Chunk:
    """The records of the lines that are there, and of those that the last one's row goes on in."""
    records: Chunk = []
    while feed.lines:
        start = feed.number + 1
        feed.taken.clear()
        try:
            row = next(rows)
        except csv.Error as error:
            first, *others = feed.taken
            message = f"not a table row: {error}; --quote '' takes quotes as they stand"
            records.append(Reject(next_id(), {"row": first.rstrip("\r")}, name, start, message))
            feed.again(others)
            continue
        if row:
            record = _record(header, row, feed.taken)
            record.id, record.source, record.line = next_id(), name, start
            records.append(record)
    return records


class Feed:
    """Lines for csv.reader, that knows which are there and which the row being read has."""

    def __init__(self, chunks: Iterator[list[str]], skipped: int) -> None:
        self.chunks = chunks
        self.lines: list[str] = []
        """Those that are there, the next one last."""
        self.number = 0
        self.taken: list[str] = []
        for _ in range(skipped):
            next(self, None)

    def ahead(self) -> list[str]:
        """The lines that are there, or those that come next; none at the end."""
        while not self.lines and (chunk := next(self.chunks, None)) is not None:
            self.lines = chunk[::-1]
        return self.lines[::-1]

    def pass_over(self) -> None:
        """All that are there are read."""
        self.number += len(self.lines)
        self.lines = []

    def again(self, lines: Sequence[str]) -> None:
        """Lines to be read once more."""
        self.lines += reversed(lines)
        self.number -= len(lines)

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> str:
        if not self.lines and not self.ahead():
            raise StopIteration
        self.number += 1
        self.taken.append(self.lines.pop())
        return self.taken[-1] + "\n"


def _header(rows: Iterator[list[str]], feed: Feed, source: str, options: ReadOptions) -> list[str]:
    """The names of the columns, from the first row where the table has a header."""
    dialect = options.dialect
    start = feed.number + 1
    feed.taken.clear()
    try:
        first = next((row for row in rows if row), [])
    except csv.Error as error:
        raise InputError(f"{source}:{start}: not a table header: {error}") from error
    if dialect.header or dialect.no_header:
        feed.again(feed.taken)
        numbered = [f"column_{number}" for number in range(1, len(first) + 1)]
        return [*dialect.header] or (numbered if len(first) != 1 else [options.column])
    names = named(first)
    renamed = [name for name, cell in zip(names, first, strict=True) if name != cell]
    if renamed:
        shown = ", ".join(renamed[:SHOWN]) + (" ..." if len(renamed) > SHOWN else "")
        told = "%s:%d: columns without a name, or with another's, are called %s"
        log.warning(told, source, start, shown)
    return names


def _record(header: list[str], row: list[str], taken: list[str]) -> Record:
    more = [f"column_{number}" for number in range(len(header) + 1, len(row) + 1)]
    values = dict(zip([*header, *more], row, strict=False))
    fault = next((line.why for line in taken if isinstance(line, Fault)), "")
    if not fault and len(row) != len(header):
        fault = f"expected {len(header)} columns, found {len(row)}"
    return Reject(0, values, message=fault) if fault else Record(0, values)


class TableEncoder:
    """Rows to csv or tsv; the first rows name the columns. Nested values are JSON."""

    def __init__(self, delimiter: str, layout: Layout) -> None:
        self.delimiter = delimiter
        self.layout = layout
        self.header: list[str] = []

    def resume(self, written: Path) -> None:
        """Write behind rows that stand in a file, under its header."""
        with written.open(encoding="utf-8", newline="") as file:
            self.header = next(csv.reader(file, delimiter=self.delimiter))

    def encode(self, rows: list[Row]) -> bytes:
        """The rows' lines, with the header before the first."""
        cells: list[Sequence[Any]] = []
        if not self.header:
            self.header = columns_of(rows, self.layout.columns)
            cells.append(self.header)
        known = {*self.header}
        for row in rows:
            if not row.keys() <= known:
                strange = next(key for key in row if key not in known)
                raise OutputError(
                    f"the column {strange!r} appears after the header was written; use -f jsonl"
                )
            cells.append([_cell(row.get(key)) for key in self.header])
        return self._lines(cells)

    def _lines(self, cells: Iterable[Sequence[Any]]) -> bytes:
        """Rows as bytes: the writer quotes CR and LF where both are its line end."""
        parts: list[str] = []
        writer = csv.writer(
            SimpleNamespace(write=parts.append), delimiter=self.delimiter, lineterminator="\r\n"
        )
        writer.writerows(cells)
        return "".join([f"{part[:-2]}\n" for part in parts]).encode("utf-8", "backslashreplace")

    def end(self) -> Iterable[bytes]:
        """The header of a table without rows."""
        names = [] if self.header else self.layout.names()
        if names:
            yield self._lines([names])


def columns_of(rows: Sequence[Row], more: Sequence[str]) -> list[str]:
    """The names of all columns of the rows, and some more, each once."""
    return list(dict.fromkeys([*(key for row in rows for key in row), *more]))


def _cell(value: Any) -> Any:
    if isinstance(value, PLAIN):
        return value
    plain = msgspec.to_builtins(value)
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


FORMATS = tuple(
    Format(
        name,
        (f".{name}",),
        read=partial(read, delimiter=delimiter),
        encoder=partial(TableEncoder, delimiter),
        table=True,
    )
    for name, delimiter in (("csv", ","), ("tsv", "\t"))
)
