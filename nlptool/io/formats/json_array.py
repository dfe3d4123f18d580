"""JSON in one piece: an array of objects, or questions and answers as SQuAD has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Any

import msgspec

from nlptool.errors import InputError, UsageError
from nlptool.io.formats.format import Format, Layout, NextId, ReadOptions, by_lines
from nlptool.io.record import Chunk, Record
from nlptool.io.sources import WHOLE_LIMIT
from nlptool.io.visible import utf8_throughout
from nlptool.tasks import Row

LINES = "it has an object a line; say --input-format jsonl"


class Paragraph(msgspec.Struct):
    """A context and its questions, each an object with ``id`` and ``question``."""

    context: str
    qas: list[dict[str, Any]]


class Article(msgspec.Struct):
    """The paragraphs of one text."""

    paragraphs: list[Paragraph]


class Squad(msgspec.Struct):
    """The data sets of SQuAD 1.1 and 2.0, and those that took their form."""

    data: list[Article]


def read(
    chunks: Iterable[list[str]],
    source: str,
    next_id: NextId,
    _options: ReadOptions,
    *,
    squad: bool,
) -> Iterator[Chunk]:
    """A record an object of the array, or a question; InputError for anything else.

    A question's row is its own columns (``id``, ``question``, ``answers``, ...) and ``context``.
    ``squad``: only SQuAD's form will do.
    """
    text = "\n".join(_bounded(chunks, source))
    kind: Any = Squad if squad else Squad | list[dict[str, Any]]
    try:
        document = msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        form = "SQuAD's form" if squad else "an array of objects, nor in SQuAD's form"
        why = LINES if _is_lines(text) else str(error).replace("`", "")
        raise InputError(f"{source}: not {form}: {why}") from error
    rows = _questions(document) if isinstance(document, Squad) else document
    yield [Record(next_id(), row, source, number) for number, row in enumerate(rows, 1)]


def _is_lines(text: str) -> bool:
    """Whether a text that is not JSON begins with a line that is an object."""
    first, _, rest = text.lstrip().partition("\n")
    try:
        return bool(rest) and isinstance(msgspec.json.decode(first), dict)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return False


def _bounded(chunks: Iterable[list[str]], source: str) -> Iterator[str]:
    """The lines of each chunk as one text; InputError where all of them are too much to hold."""
    size = 0
    for chunk in chunks:
        text = "\n".join(chunk)
        size += len(text)
        if size > WHOLE_LIMIT:
            raise InputError(
                f"{source}: more than {WHOLE_LIMIT >> 20} MiB of JSON in one piece; make it JSON "
                "lines (jsonl), which are read one by one"
            )
        yield text


def _questions(document: Squad) -> Iterator[Row]:
    for article in document.data:
        for paragraph in article.paragraphs:
            for question in paragraph.qas:
                yield {**question, "context": paragraph.context}


class ArrayEncoder:
    """Rows to one array, an object a line, written as they come."""

    opening, closing = b"[", b"]"

    def __init__(self, _layout: Layout) -> None:
        self.started = False

    def encode(self, rows: list[Row]) -> bytes:
        """The rows' items, with the opening bracket before the first."""
        parts = []
        for row in rows:
            parts.append((b",\n" if self.started else self.opening + b"\n") + self.item(row))
            self.started = True
        return b"".join(parts)

    def item(self, row: Row) -> bytes:
        """The row's object."""
        try:
            return msgspec.json.encode(row)
        except UnicodeEncodeError:
            return msgspec.json.encode(utf8_throughout(row))

    def resume(self, written: IO[bytes]) -> None:
        """Write behind rows that stand in a file."""
        self.started = True

    def end(self) -> Iterable[bytes]:
        """The closing bracket."""
        yield (b"\n" if self.started else self.opening) + self.closing + b"\n"


class PredictionsEncoder(ArrayEncoder):
    """Answers as SQuAD's evaluation takes them: one object, from id to answer."""

    opening, closing = b"{", b"}"

    def item(self, row: Row) -> bytes:
        """The row's id and answer, empty where there is an error instead."""
        if not row.keys() & {"answer", "error"}:
            raise UsageError("squad is a format for answers; these results have none")
        identity = msgspec.json.encode(str(row["id"]))
        return identity + b": " + msgspec.json.encode(row.get("answer", ""))


SQUAD = Format(
    "squad", read=by_lines(partial(read, squad=True)), encoder=PredictionsEncoder, closed=True
)
FORMATS = (
    Format(
        "json",
        (".json",),
        read=by_lines(partial(read, squad=False)),
        encoder=ArrayEncoder,
        closed=True,
    ),
    SQUAD,
)
