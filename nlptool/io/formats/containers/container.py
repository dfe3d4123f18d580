"""A document that holds texts in something else: its texts are read as one, and go back into it.

The record of such a file is its texts, between SEPARATORs; what was made of them is written into a
copy of the file, all else of which stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import IO, Protocol

from nlptool.errors import InputError, NlptoolError, OutputError, one_line
from nlptool.io.formats.format import Format, Layout, NextId, Reader, ReadOptions
from nlptool.io.formats.rejected import FILE
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.sources import Source, bounded
from nlptool.tasks import Row

SEPARATOR = "\n\x1e\n"
"""What stands between texts; no XML and no file of messages may hold it."""
RESULT = "translation"
"""The column of what was made of the texts."""
LARGEST = 1 << 30
"""Bytes of a file, unpacked, that are taken."""


class Container(Protocol):
    """A document in memory. Words of its texts that look other than the most of their text stand in
    numbered tags: a <1>bold</1> word."""

    @property
    def texts(self) -> Sequence[str]:
        """What is to be translated, in the order of the document."""

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The document with other texts in their places, as a file; where it names the language of
        its texts, another one."""


Languages = tuple[str, str]
"""What a document was in, and what its texts are in now: ("en", "zh-TW")."""

Opener = Callable[[bytes], Container]
"""Makes a container of a file's bytes; any exception says that it is none."""


def container(
    name: str,
    suffixes: tuple[str, ...],
    opener: Opener,
    markup: str = "texts",
    *,
    accepts: Callable[[Source], bool] | None = None,
    binary: bool = False,
) -> Format:
    """The format of a kind of container; ``markup`` is how its texts are written."""
    return Format(
        name,
        suffixes,
        read=_reader(name, opener, markup),
        encoder=partial(_Encoder, name, opener),
        document=True,
        accepts=accepts,
        binary=binary,
        resumable=False,
    )


def _reader(name: str, opener: Opener, markup: str) -> Reader:
    def read(source: Source, options: ReadOptions, next_id: NextId) -> Iterator[Chunk]:
        try:
            text = SEPARATOR.join(_open(name, opener, source).texts)
        except InputError as error:
            row = {options.column: ""}
            yield [Reject(next_id(), row, source.name, message=str(error), form=FILE)]
        else:
            yield [Record(next_id(), {options.column: text, "markup": markup}, source.name)]

    return read


def _open(name: str, opener: Opener, source: Source) -> Container:
    with source.open() as blocks:
        data = bounded(blocks, source.name)
    if not (source.path or source.url):
        source.held = data
    try:
        return opener(data)
    except NlptoolError:
        raise
    except Exception as error:
        raise InputError(f"{source.name}: this is no {name}: {one_line(error)}") from error


class _Encoder:
    """Puts a document's texts back into the file that they came from."""

    def __init__(self, name: str, opener: Opener, layout: Layout) -> None:
        self.name = name
        self.opener = opener
        self.sources = layout.sources
        self.rows: list[Row] = []

    def encode(self, rows: list[Row]) -> bytes:
        """Nothing yet: a file is written whole."""
        self.rows += [row for row in rows if RESULT in row]
        return b""

    def resume(self, written: IO[bytes]) -> None:
        """A file that is written whole is never gone on with."""

    def end(self) -> Iterable[bytes]:
        """The file; nothing where its record failed."""
        if not self.rows:
            return []
        if len(self.rows) > 1 or len(self.sources) != 1:
            raise OutputError(f"a {self.name} file is written from one {self.name} file")
        there = _open(self.name, self.opener, self.sources[0])
        row = self.rows[0]
        texts = str(row[RESULT]).split(SEPARATOR)
        if len(texts) != len(there.texts):
            raise OutputError(
                f"{self.sources[0].name} has {len(there.texts)} texts now, not {len(texts)}"
            )
        return [there.put(texts, (str(row["source"]), str(row["target"])))]
