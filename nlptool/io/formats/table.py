"""csv and tsv: a record a row, named by the first row."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import count, pairwise, repeat
from operator import itemgetter
from types import SimpleNamespace
from typing import IO, Any

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
PLAIN = frozenset((str, int, float, type(None)))
"""The types that csv.writer takes as they are."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
        while ahead := feed.ahead():
            start = feed.number + 1
            quick = _quick(ahead, reading, len(header))
            if quick:
                feed.pass_over()
                lines_before, cells, rows_there = quick
                by_name = map(dict, map(zip, repeat(header), cells))
                ids = [next_id() for _ in range(rows_there)]
                yield [*map(Record, ids, by_name, repeat(name), map(start.__add__, lines_before))]
            elif records := _slow(rows, feed, header, name, next_id):
                yield records


def _quick(
    chunk: list[str], reading: dict[str, Any], width: int
) -> tuple[Iterable[int], Iterable[Sequence[str]], int] | None:
    """Of lines of sound rows alone: how many stand before each row, the rows, and their number."""
    if {*map(type, chunk)} != {str}:
        return None
    text = "".join(chunk)
    if width > 1 and reading.get("quotechar", "\r") not in text and "\r" not in text:
        delimiter = reading["delimiter"]
        if {line.count(delimiter) for line in chunk} != {width - 1}:
            return None
        cells = iter(delimiter.join(chunk).split(delimiter))
        return count(), zip(*[cells] * width, strict=True), len(chunk)
    reader = csv.reader([f"{line}\n" for line in chunk], **reading)
    try:
        found = [(reader.line_num, row) for row in reader]
    except csv.Error:
        return None
    rows = [row for _, row in found if row]
    before = [start for (start, _), (_, row) in pairwise([(0, []), *found]) if row]
    return (before, rows, len(rows)) if {*map(len, rows)} == {width} else None


def _slow(
    rows: Iterator[list[str]], feed: Feed, header: list[str], name: str, next_id: NextId
) -> Chunk:
    """The records of the lines that are there, and of those that the last one's row goes on in."""
    records: list[Record] = []
    while feed.left:
        start = feed.number + 1
        feed.taken.clear()
        try:
            row = next(rows)
        except csv.Error as error:
            first, *others = feed.taken
            message = f"not a table row: {error}; --quote '' takes quotes as they stand"
            text = first.rstrip("\r")
            records.append(
                Reject(next_id(), {"row": text}, name, start, message, _raw([text]), "csv")
            )
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
        """Those that are there, in order; they are read up to ``at``."""
        self.at = 0
        self.number = 0
        self.taken: list[str] = []
        for _ in range(skipped):
            next(self, None)

    def ahead(self) -> list[str]:
        """The lines that are there, or those that come next; none at the end."""
        self.lines, self.at = self.lines[self.at :], 0
        while not self.lines and (chunk := next(self.chunks, None)) is not None:
            self.lines = chunk
        return self.lines

    @property
    def left(self) -> bool:
        """Whether a line is there, that need not be waited for."""
        return self.at < len(self.lines)

    def pass_over(self) -> None:
        """All that are there are read, and held no more: a line may be long."""
        self.number += len(self.lines) - self.at
        self.lines.clear()
        self.at = 0

    def again(self, lines: Sequence[str]) -> None:
        """Lines to be read once more."""
        self.lines, self.at = [*lines, *self.lines[self.at :]], 0
        self.number -= len(lines)

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> str:
        if not self.left and not self.ahead():
            raise StopIteration
        line = self.lines[self.at]
        self.at += 1
        self.number += 1
        self.taken.append(line)
        return line + "\n"


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
    if not fault:
        return Record(0, values)
    return Reject(0, values, message=fault, raw=_raw(taken), form="csv")


def _raw(lines: Sequence[str]) -> str | bytes:
    """Lines as they stood, as bytes where some could not be decoded."""
    if not any(isinstance(line, Fault) for line in lines):
        return "\n".join(lines)
    return b"\n".join(line.raw if isinstance(line, Fault) else line.encode() for line in lines)


class TableEncoder:
    """Rows to csv or tsv; the first rows name the columns. Nested values are JSON."""

    def __init__(self, delimiter: str, layout: Layout) -> None:
        self.delimiter = delimiter
        self.layout = layout
        self.header: list[str] = []

    def resume(self, written: IO[bytes]) -> None:
        """Write behind rows that stand in a file, under its header."""
        lines = io.TextIOWrapper(written, encoding="utf-8", newline="")
        header = next(csv.reader(lines, delimiter=self.delimiter))
        safe = self.layout.csv_safe
        self.header = [name[1:] if safe and _runs(name[1:]) else name for name in header]

    def encode(self, rows: list[Row]) -> bytes:
        """The rows' lines, with the header before the first."""
        head = b""
        if not self.header:
            self.header = columns_of(rows, self.layout.columns)
            head = self._lines([self.header])
        return head + (self._plain(rows) or self._any(rows))

    def _plain(self, rows: list[Row]) -> bytes:
        """The lines of rows that have a text in every column and need no quotes, else nothing."""
        header, delimiter, width = self.header, self.delimiter, len(self.header)
        if width == 1 or {*map(len, rows)} != {width}:
            return b""
        try:
            text = "\n".join([*map(delimiter.join, map(itemgetter(*header), rows)), ""])
        except (TypeError, KeyError):
            return b""
        if text.count(delimiter) != (width - 1) * len(rows) or text.count("\n") != len(rows):
            return b""
        return b"" if '"' in text or "\r" in text else text.encode("utf-8", "backslashreplace")

    def _any(self, rows: list[Row]) -> bytes:
        cells: list[Sequence[Any]] = []
        known = {*self.header}
        for row in rows:
            if not row.keys() <= known:
                strange = next(key for key in row if key not in known)
                raise OutputError(
                    f"the column {strange!r} appears after the header was written; use -f jsonl"
                )
            values = [*map(row.get, self.header)]
            plain = {*map(type, values)} <= PLAIN
            cells.append(values if plain else [_cell(value) for value in values])
        return self._lines(cells)

    def _lines(self, cells: Iterable[Sequence[Any]]) -> bytes:
        """Rows as bytes: the writer quotes CR and LF where both are its line end."""
        if self.layout.csv_safe:
            cells = [[f"'{cell}" if _runs(cell) else cell for cell in row] for row in cells]
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


def _runs(cell: Any) -> bool:
    """Whether a spreadsheet would take a cell for a formula: OWASP's list, but for numbers."""
    if not (isinstance(cell, str) and cell.startswith(FORMULA)):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def columns_of(rows: Sequence[Row], more: Sequence[str]) -> list[str]:
    """The names of all columns of the rows, and some more, each once."""
    return list(dict.fromkeys([*(key for row in rows for key in row), *more]))


def _cell(value: Any) -> Any:
    if type(value) in PLAIN or isinstance(value, str | int | float):
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
