"""Parquet, by pyarrow: an extra, ``pip install 'nlptool[parquet]'``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from nlptool.errors import InputError, one_line
from nlptool.io.formats.format import Encoder, Format, Layout, NextId, ReadOptions
from nlptool.io.packed import packing
from nlptool.io.record import Chunk, Record
from nlptool.io.sources import Source


def read(source: Source, _options: ReadOptions, next_id: NextId) -> Iterator[Chunk]:
    """A record a row, some thousand rows at a time.

    Times of nanoseconds that Python's do not hold are text.
    """
    import tempfile

    from nlptool.io.formats.parquet_writer import ROWS, pyarrow

    arrow = pyarrow()
    with tempfile.TemporaryFile() as spool:
        try:
            path = None if packing(source.name) else source.path
            file = arrow.parquet.ParquetFile(path or _spooled(source, spool))
            source.columns = {field.name: field.type for field in file.schema_arrow}
            number = 0
            for batch in file.iter_batches(ROWS):
                columns = [_plain(column, arrow).to_pylist() for column in batch.columns]
                rows = [
                    dict(zip(batch.schema.names, row, strict=True))
                    for row in zip(*columns, strict=True)
                ]
                yield [
                    Record(next_id(), row, source.name, number + index)
                    for index, row in enumerate(rows, 1)
                ]
                number += len(rows)
                source.done = min(source.size, source.done + batch.nbytes)
        except (arrow.ArrowException, OSError, ValueError) as error:
            raise InputError(f"{source.name}: not parquet: {one_line(error)}") from error


def _plain(column: Any, arrow: Any) -> Any:
    if getattr(column.type, "unit", "") != "ns":
        return column
    try:
        return column.cast(_microseconds(column.type, arrow))
    except arrow.ArrowInvalid:
        return column.cast(arrow.string())


def _microseconds(kind: Any, arrow: Any) -> Any:
    if arrow.types.is_timestamp(kind):
        return arrow.timestamp("us", kind.tz)
    return arrow.duration("us") if arrow.types.is_duration(kind) else arrow.time64("us")


def _spooled(source: Source, spool: BinaryIO) -> BinaryIO:
    """Standard input in a file: parquet is read from its end."""
    with source.open() as data:
        for block in data:
            spool.write(block)
    spool.seek(0)
    return spool


def _encoder(layout: Layout) -> Encoder:
    from nlptool.io.formats.parquet_writer import ParquetEncoder

    return ParquetEncoder(layout)


PARQUET = Format("parquet", (".parquet",), read=read, encoder=_encoder, table=True, resumable=False)
