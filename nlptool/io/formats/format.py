"""What a format is: how its bytes become records, and rows its bytes. All that is said of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

import msgspec

from nlptool.io.formats.dialect import Dialect
from nlptool.io.lines import lines
from nlptool.io.record import Chunk
from nlptool.io.sources import Source
from nlptool.tasks import Row

RESULT = "result"
"""The column of the result in the rows of formats that take it whole."""

NextId = Callable[[], int]


class ReadOptions(msgspec.Struct, frozen=True):
    """How to read a source; ``column`` is the name that a plain line gets."""

    encoding: str = "utf-8"
    column: str = "text"
    dialect: Dialect = Dialect()


class Layout(msgspec.Struct, frozen=True):
    """How rows are to be written; ``columns`` are those that a table has in any case, ``sources``
    those that the rows come from, as far as they are read; ``names`` gives the columns of a table
    without rows. ``csv_safe``: no cell is one that a spreadsheet would run."""

    columns: Sequence[str] = ()
    sources: Sequence[Source] = ()
    names: Callable[[], Sequence[str]] = tuple
    csv_safe: bool = False


class Encoder(Protocol):
    """Rows to bytes. ``resume`` comes first where rows stand in a file already, ``end`` last."""

    def encode(self, rows: list[Row]) -> bytes: ...
    def resume(self, written: IO[bytes]) -> None: ...
    def end(self) -> Iterable[bytes]: ...


Reader = Callable[[Source, ReadOptions, NextId], Iterator[Chunk]]
LineReader = Callable[[Iterator[list[str]], str, NextId, ReadOptions], Iterator[Chunk]]


@dataclass(frozen=True)
class Format:
    """One format, under the name that --format and --input-format take.

    ``suffixes`` are in lower case, the first for files that we name. ``read`` is None for what is
    only written. ``encoder`` makes rows bytes; a ``plain`` format has results as people read them
    instead, and one with neither is only read. A ``document`` is a file that is one record, for
    tasks that know its markup. ``accepts``, where other formats have the same suffix, is whether a
    file is of this one; what is ``binary`` is not written to standard output. A ``table`` has its
    columns before its first row. ``resumable``: it can be written on behind what stands in a file.
    What is ``closed`` ends with what nothing can stand behind. A ``whole`` one gets a row a record,
    its columns and the result itself in RESULT. Of one that is read line by line ``by_line`` makes
    the records, and ``one_each`` tells of some lines whether each is one, whatever it holds.
    """

    name: str
    suffixes: tuple[str, ...] = ()
    read: Reader | None = None
    encoder: Callable[[Layout], Encoder] | None = None
    plain: bool = False
    document: bool = False
    accepts: Callable[[Source], bool] | None = None
    binary: bool = False
    table: bool = False
    resumable: bool = True
    closed: bool = False
    whole: bool = False
    by_line: LineReader | None = None
    one_each: Callable[[Sequence[str]], bool] = lambda _lines: False

    @property
    def suffix(self) -> str:
        """The suffix of files that we name."""
        return self.suffixes[0] if self.suffixes else f".{self.name}"

    @property
    def written(self) -> bool:
        """Whether results can be written in it."""
        return self.plain or self.encoder is not None

    def encode(self, rows: list[Row]) -> bytes:
        """Rows as a file of this format; nothing of one that has no encoder."""
        if self.encoder is None:
            return b""
        encoder = self.encoder(Layout())
        return (encoder.encode(rows) if rows else b"") + b"".join(encoder.end())


def by_lines(read: LineReader) -> Reader:
    """The reader of a format that is lines of text, from one that takes lists of lines."""

    def read_source(source: Source, options: ReadOptions, next_id: NextId) -> Iterator[Chunk]:
        with source.open() as data:
            chunks = lines(data, options.encoding, source.name)
            yield from read(chunks, source.name, next_id, options)

    return read_source
