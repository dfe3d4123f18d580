"""Reading for tasks on pictures: files, folders, lists of names, a picture piped in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from nlptool.errors import InputError, RecordError
from nlptool.io.pictures.pages import Data, PageSpec, is_picture, pages
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.sources import Faults, Source, bounded
from nlptool.io.visible import utf8
from nlptool.tasks import Row

FILE, PAGE, OPEN = "file", "page", "open"
"""The columns of every record here: the picture's name, its page, and what opens it."""

GATHERED = 64
"""Pages that run_task together, of one document or many, so that a batch may hold them."""

ReadList = Callable[[Source], Iterator[Chunk]]


def read(
    sources: Sequence[Source],
    spec: PageSpec,
    column: str,
    is_list: Callable[[Source], bool],
    read_list: ReadList,
    *,
    faults: Faults,
) -> Iterator[Chunk]:
    """A record a page; ids count from 1.

    A source that ``is_list``, and does not begin as a picture does, names pictures in ``column``;
    its other columns run_task along. What cannot be read is a Reject.
    """
    chunk: list[Record] = []
    number = itertools.count(1)
    for record in _records(sources, spec, column, is_list, read_list, faults=faults):
        if record is not None:
            record.id = next(number)
            chunk.append(record)
        if len(chunk) >= GATHERED or (record is None and chunk):
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _records(
    sources: Iterable[Source],
    spec: PageSpec,
    column: str,
    is_list: Callable[[Source], bool],
    read_list: ReadList,
    *,
    faults: Faults,
) -> Iterator[Record | None]:
    """The records without their ids; None before whatever may have to be waited for."""
    for source in sources:
        if is_list(source):
            yield None
            try:
                start = source.start()
                if not (is_picture(start) or (source.path is None and _is_binary(start))):
                    for chunk in read_list(source):
                        for record in chunk:
                            yield from _listed(record, column, spec)
                        yield None
                    continue
            except InputError as error:
                yield faults.tolerated(source, error)
                continue
        try:
            yield from _document(Record(0, {}, source.name), source.name, _data(source), spec)
        except InputError as error:
            yield Reject(0, {FILE: utf8(source.name)}, source.name, message=str(error))


def _is_binary(start: bytes) -> bool:
    """Whether what is piped in is neither text nor a table, and so can be no list of names."""
    return b"\0" in start and not start.startswith((b"PAR1", b"\xff\xfe", b"\xfe\xff"))


def _data(source: Source) -> Data:
    if source.path:
        source.done = source.size
        return source.path
    with source.open() as blocks:
        return bounded(blocks, source.name)


def _listed(record: Record, column: str, spec: PageSpec) -> Iterator[Record]:
    """The pages of a picture that a list names; a page beside the name asks for that one."""
    row = record.row
    if isinstance(record, Reject):
        yield record
        return
    try:
        name = msgspec.convert(row.get(column), str)
        page = msgspec.convert(row.get(PAGE), int | None, strict=False)
    except msgspec.ValidationError:
        there = f"there are: {', '.join(row)}; name one with --field"
        message = f"no column {column} with the name of a picture; {there}"
        yield Reject(0, row, record.source, record.line, message)
        return
    asked = spec if page is None else PageSpec(frozenset([page]), spec.dpi)
    yield from _document(record, name, Path(name), asked)


def _document(record: Record, name: str, data: Data, spec: PageSpec) -> Iterator[Record]:
    row: Row = {**record.row, FILE: utf8(name)}
    try:
        for number, opener in pages(data, spec):
            columns = {**row, PAGE: number, OPEN: opener}
            yield Record(0, columns, record.source, record.line)
    except RecordError as error:
        message = str(error) if name == record.source else f"{name}: {error}"
        yield Reject(0, row, record.source, record.line, message)
