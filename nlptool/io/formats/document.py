"""Documents: files that are one record each, for tasks that know their markup."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from nlptool.errors import InputError
from nlptool.io.formats.format import Format, NextId, ReadOptions
from nlptool.io.formats.text import whole
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.sources import Source


def read(markup: str, source: Source, options: ReadOptions, next_id: NextId) -> Iterator[Chunk]:
    """A file as one record, with its ``markup`` in a column of that name.

    A Reject where it is no text, so that those beside it are read.
    """
    try:
        text = whole(source, options.encoding)
    except InputError as error:
        row = {options.column: ""}
        yield [Reject(next_id(), row, source.name, message=str(error))]
    else:
        yield [Record(next_id(), {options.column: text, "markup": markup}, source.name)]


FORMATS = tuple(
    Format(name, suffixes, read=partial(read, name), plain=True, document=True)
    for name, suffixes in {
        "markdown": (".md", ".markdown"),
        "html": (".html", ".htm"),
        "srt": (".srt",),
    }.items()
)
