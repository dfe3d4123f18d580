"""Parquet, by pyarrow: an extra, ``pip install 'nlptool[parquet]'``."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from nlptool.errors import InputError, OutputError, UsageError, library_missing, one_line
from nlptool.io.formats.format import Format, Layout, NextId, ReadOptions
from nlptool.io.formats.table import columns_of
from nlptool.io.record import Chunk, Record
from nlptool.io.sources import Source
from nlptool.tasks import Row

ROWS = 4096


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise library_missing("pyarrow", "nlptool[parquet]") from error
    return pyarrow


def read(source: Source, _options: ReadOptions, next_id: NextId) -> Iterator[Chunk]:
    """A record a row, some thousand rows at a time."""
    import tempfile

    arrow = _pyarrow()
    with tempfile.TemporaryFile() as spool:
        try:
            file = arrow.parquet.ParquetFile(source.path or _spooled(source, spool))
            number = 0
            for batch in file.iter_batches(ROWS):
                rows = batch.to_pylist()
                yield [
                    Record(next_id(), row, source.name, number + index)
                    for index, row in enumerate(rows, 1)
                ]
                number += len(rows)
                source.done = min(source.size, source.done + batch.nbytes)
        except (arrow.ArrowException, OSError) as error:
            raise InputError(f"{source.name}: not parquet: {one_line(error)}") from error


def _spooled(source: Source, spool: BinaryIO) -> BinaryIO:
    """Standard input in a file: parquet is read from its end."""
    with source.open() as data:
        for block in data:
            spool.write(block)
    spool.seek(0)
    return spool


class ParquetEncoder:
    """Rows to row groups of some thousand; the first group names and types the columns."""

    def __init__(self, layout: Layout) -> None:
        self.arrow = _pyarrow()
        self.columns = layout.columns
        self.out = io.BytesIO()
        self.rows: list[Row] = []
        self.writer: Any = None

    def encode(self, rows: list[Row]) -> bytes:
        """The bytes of the groups that these rows fill."""
        self.rows += rows
        while len(self.rows) >= ROWS:
            group, self.rows = self.rows[:ROWS], self.rows[ROWS:]
            self._write(group)
        return self._take()

    def resume(self, written: Path) -> None:
        """UsageError: what a footer closes cannot be written on."""
        raise UsageError(f"{written}: parquet cannot be resumed")

    def end(self) -> Iterable[bytes]:
        """The last group and the footer."""
        if self.rows or self.writer is None:
            self._write(self.rows)
        self.writer.close()
        yield self._take()

    def _write(self, rows: list[Row]) -> None:
        try:
            if self.writer is None:
                table = self._first_table(rows)
                self.writer = self.arrow.parquet.ParquetWriter(_Unclosed(self.out), table.schema)
            else:
                table = self.arrow.Table.from_pylist(rows, schema=self.writer.schema)
            self.writer.write_table(table)
        except self.arrow.ArrowException as error:
            raise OutputError(f"these rows do not fit one table: {one_line(error)}") from error

    def _first_table(self, rows: list[Row]) -> Any:
        """The table that types all columns: one that is empty so far holds strings."""
        names = columns_of(rows, self.columns)
        table = self.arrow.table({name: [row.get(name) for row in rows] for name in names})
        fields = [
            field.with_type(self.arrow.string()) if self.arrow.types.is_null(field.type) else field
            for field in table.schema
        ]
        return table.cast(self.arrow.schema(fields))

    def _take(self) -> bytes:
        data = self.out.getvalue()
        self.out.seek(0)
        self.out.truncate()
        return data


class _Unclosed(io.RawIOBase):
    """A file for pyarrow whose close leaves the bytes to be taken."""

    def __init__(self, out: io.BytesIO) -> None:
        self.out = out
        self.written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.written

    def write(self, data: Any) -> int:
        count = self.out.write(data)
        self.written += count
        return count


PARQUET = Format(
    "parquet", (".parquet",), read=read, encoder=ParquetEncoder, table=True, resumable=False
)
