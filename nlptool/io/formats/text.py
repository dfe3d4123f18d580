"""Plain text: a record a line, a line a result; or a file as one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nlptool.errors import InputError
from nlptool.io.formats.format import Format, NextId, ReadOptions, by_lines
from nlptool.io.formats.rejected import unreadable
from nlptool.io.lines import Fault, encoding_of, half_of, suggestion, whole_text
from nlptool.io.record import Chunk, Record
from nlptool.io.sources import Source, bounded


def read(
    chunks: Iterable[list[str]], source: str, next_id: NextId, options: ReadOptions
) -> Iterator[Chunk]:
    """A record a line, under the name of ``options.column``."""
    column = options.column
    start = 1
    for chunk in chunks:
        yield [
            unreadable(line, column, next_id(), source, number)
            if isinstance(line, Fault)
            else Record(next_id(), {column: line}, source, number)
            for number, line in enumerate(chunk, start)
        ]
        start += len(chunk)


def whole(source: Source, encoding: str) -> str:
    """All of a source as one text, line ends as they stand, so that offsets are the file's own.

    A byte order mark decides over ``encoding``, and is no part of the text. InputError for bytes
    that are not of the encoding, or no text.
    """
    with source.open() as blocks:
        data = bounded(blocks, source.name)
    encoding = encoding_of(data, encoding, source.name)
    try:
        text = whole_text(data, encoding)
    except UnicodeEncodeError as error:
        raise InputError(f"{source.name}: {half_of(error)}") from error
    except UnicodeDecodeError as error:
        better = suggestion(data)
        hint = f"; try --encoding {better}" if better and better != encoding else ""
        raise InputError(f"{source.name}: not {encoding}: {error.reason}{hint}") from error
    return text.removeprefix("\ufeff")


TEXT = Format(
    "text",
    (".txt", ".text", ".md"),
    read=by_lines(read),
    plain=True,
    by_line=read,
    one_each=lambda _lines: True,
)
