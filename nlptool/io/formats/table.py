"""csv and tsv: a record a row, named by the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import InputError, OutputError
from nlptool.io.formats.format import Format, Layout, NextId, ReadOptions, by_lines
from nlptool.io.lines import LINE_LIMIT, Fault
from nlptool.io.record import Chunk, Record, Reject
from nlptool.tasks import Row

csv.field_size_limit(LINE_LIMIT)


def read(
    chunks: Iterable[list[str]],
    source: str,
    next_id: NextId,
    _options: ReadOptions,
    *,
    delimiter: str,
) -> Iterator[Chunk]:
    """A record a row under the header's names; a row of another length is a Reject."""
    feed = _Feed(chunks)
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    header = _header(rows, source)
    records: Chunk = []
    while True:
        start = feed.number + 1
        feed.taken.clear()
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            message = f"not a table row: {error}"
            raw = {"row": "\n".join(feed.taken)}
            records.append(Reject(next_id(), raw, source, start, message))
            continue
        if row:
            records.append(_record(header, row, feed.fault))
            records[-1].id, records[-1].source, records[-1].line = next_id(), source, start
        feed.fault = ""
        if feed.empty and records:
            yield records
            records = []
    if records:
        yield records


class _Feed:
    """The lines for csv.reader, knowing where a chunk ends and which line was broken."""

    def __init__(self, chunks: Iterable[list[str]]) -> None:
        self.chunks = iter(chunks)
        self.lines: Iterator[str] = iter(())
        self.left = 0
        self.number = 0
        self.fault = ""
        self.taken: list[str] = []
        """The lines of the row that is being read."""

    @property
    def empty(self) -> bool:
        """Whether the next line must be waited for."""
        return self.left == 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        while not self.left:
            chunk = next(self.chunks)
            self.lines, self.left = iter(chunk), len(chunk)
        self.left -= 1
        self.number += 1
        line = next(self.lines)
        if isinstance(line, Fault):
            self.fault = line.why
        self.taken.append(line)
        return line + "\n"


def _header(rows: Iterator[list[str]], source: str) -> list[str]:
    try:
        header = next(rows, [])
    except csv.Error as error:
        raise InputError(f"{source}:1: not a table header: {error}") from error
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise InputError(f"{source}:1: the column {min(twice)!r} stands in the header twice")
    return header


def _record(header: list[str], row: list[str], fault: str) -> Record:
    values = dict(zip(header, row, strict=False))
    if fault:
        return Reject(0, values, message=fault)
    if len(row) != len(header):
        message = f"expected {len(header)} columns, found {len(row)}"
        return Reject(0, values, message=message)
    return Record(0, values)


class TableEncoder:
    """Rows to csv or tsv; the first rows name the columns. Nested values are JSON."""

    def __init__(self, delimiter: str, layout: Layout) -> None:
        self.delimiter = delimiter
        self.columns = layout.columns
        self.header: list[str] = []

    def resume(self, written: Path) -> None:
        """Write behind rows that stand in a file, under its header."""
        with written.open(encoding="utf-8", newline="") as file:
            self.header = next(csv.reader(file, delimiter=self.delimiter))

    def encode(self, rows: list[Row]) -> bytes:
        """The rows' lines, with the header before the first."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        if not self.header:
            self.header = columns_of(rows, self.columns)
            writer.writerow(self.header)
        for row in rows:
            strange = next((key for key in row if key not in self.header), None)
            if strange is not None:
                raise OutputError(
                    f"the column {strange!r} appears after the header was written; use -f jsonl"
                )
            writer.writerow([_cell(row.get(key)) for key in self.header])
        return out.getvalue().encode("utf-8", "backslashreplace")

    def end(self) -> Iterable[bytes]:
        """Nothing."""
        return ()


def columns_of(rows: Sequence[Row], more: Sequence[str]) -> list[str]:
    """The names of all columns of the rows, and some more, each once."""
    return list(dict.fromkeys([*(key for row in rows for key in row), *more]))


def _cell(value: Any) -> Any:
    if isinstance(value, str | int | float) or value is None:
        return value
    plain = msgspec.to_builtins(value)
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


FORMATS = tuple(
    Format(
        name,
        (f".{name}",),
        read=by_lines(partial(read, delimiter=delimiter)),
        encoder=partial(TableEncoder, delimiter),
        table=True,
    )
    for name, delimiter in (("csv", ","), ("tsv", "\t"))
)
