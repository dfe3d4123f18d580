"""Reading for tasks on pictures: files, folders, lists of names, a picture piped in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nlptool.errors import RecordError
from nlptool.formats.pictures import SUFFIXES, Data, PageSpec, is_picture, pages
from nlptool.formats.record import Chunk, Record, Reject
from nlptool.formats.source import Source

FILE = "file"
"""The column that names a picture in a table, and in every result."""

ReadText = Callable[[Source, Iterator[bytes]], Iterator[Chunk]]


def read(sources: Sequence[Source], spec: PageSpec, read_text: ReadText) -> Iterator[Chunk]:
    """A record a page, a chunk a document; ids count from 1.

    A source that is no picture by its suffix or its first bytes lists them, a name a line or a
    row; ``read_text`` reads it. Columns beside ``file`` travel along. What cannot be read is a
    Reject.
    """
    next_id = itertools.count(1).__next__
    for source in sources:
        if source.path and Path(source.name).suffix.lower() in SUFFIXES:
            source.done = source.size
            yield _document(Record(0, {FILE: source.name}, source.name), source.path, spec, next_id)
            continue
        with source.open() as blocks:
            first = next(blocks, b"")
            if is_picture(first):
                record = Record(0, {FILE: source.name}, source.name)
                data: Data = source.path or b"".join([first, *blocks])
                yield _document(record, data, spec, next_id)
                continue
            for chunk in read_text(source, itertools.chain([first] if first else [], blocks)):
                for record in chunk:
                    yield _document(record, _named(record), spec, next_id)


def _named(record: Record) -> Path | None:
    name = record.row.get(FILE)
    return Path(name) if isinstance(name, str) and not isinstance(record, Reject) else None


def _document(
    record: Record, data: Data | None, spec: PageSpec, next_id: Callable[[], int]
) -> Chunk:
    if isinstance(record, Reject) or data is None:
        message = getattr(record, "message", "") or f"no column {FILE}; it names the picture"
        return [Reject(next_id(), record.row, record.source, record.line, message)]
    chunk: Chunk = []
    try:
        for number, opener in pages(data, spec):
            row = {**record.row, "page": number, "open": opener}
            chunk.append(Record(next_id(), row, record.source, record.line))
    except RecordError as error:
        name = record.row[FILE]
        message = str(error) if name == record.source else f"{name}: {error}"
        chunk.append(Reject(next_id(), record.row, record.source, record.line, message))
    return chunk
