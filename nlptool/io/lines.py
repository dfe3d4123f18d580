"""Bytes to lines of text: as they arrive, in any encoding, a wrong byte costing one line."""

from __future__ import annotations

import codecs
import os
import select
import stat
from collections.abc import Callable, Iterable, Iterator

from nlptool.errors import InputError, UsageError

BLOCK = 1 << 16
LINE_LIMIT = 100 << 20
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Fault(str):
    """A line that cannot be decoded, its bytes shown as escapes; ``why`` says what is wrong."""

    __slots__ = ("why",)
    why: str

    @classmethod
    def of(cls, line: bytes, why: str) -> Fault:
        """The fault for a line's bytes."""
        fault = cls(line.decode("utf-8", "backslashreplace"))
        fault.why = why
        return fault


def blocks(descriptor: int, seen: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of an open file: as many as there are, without waiting for more.

    ``seen`` hears of every block's length.
    """
    plain_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
    while block := os.read(descriptor, BLOCK):
        while not plain_file and len(block) < BLOCK and select.select([descriptor], [], [], 0)[0]:
            more = os.read(descriptor, BLOCK - len(block))
            if not more:
                break
            block += more
        seen(len(block))
        yield block


def lines(data: Iterable[bytes], encoding: str, name: str) -> Iterator[list[str]]:
    """The lines of a stream, without their ends, one list a block; broken ones are Faults.

    A byte order mark decides over ``encoding``. InputError for what is no text at all.
    """
    data = iter(data)
    first = next(data, b"")
    while first and len(first) < len(codecs.BOM_UTF32_LE):
        more = next(data, b"")
        if not more:
            break
        first += more
    for bom, kind in BOMS:
        if first.startswith(bom):
            encoding, first = kind, first[len(bom) * (kind == "utf-8") :]
            break
    stream = _joined(first, data)
    if _wide(encoding):
        yield from _wide_lines(stream, encoding, name)
        return
    if b"\0" in first[:4096]:
        raise InputError(f"{name}: this is no text (it has NUL bytes)")
    yield from _byte_lines(stream, encoding)


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _wide(encoding: str) -> bool:
    """Whether a line end is more than one byte."""
    try:
        return "\n".encode(encoding) != b"\n"
    except LookupError as error:
        raise UsageError(f"{encoding} is no encoding") from error


def _byte_lines(data: Iterable[bytes], encoding: str) -> Iterator[list[str]]:
    for block in _whole_lines(data, b"\n"):
        try:
            found: list[str] = block.decode(encoding).split("\n")
        except UnicodeDecodeError:
            found = [_decoded(line, encoding, block) for line in block.split(b"\n")]
        if "\r" in block.decode("latin-1"):
            found = [line if isinstance(line, Fault) else line.removesuffix("\r") for line in found]
        yield found


def _whole_lines(data: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """Blocks cut at the last line end in each, that end left out."""
    pieces: list[bytes] = []
    held = 0
    for block in data:
        head, found, tail = block.rpartition(end)
        if found:
            yield b"".join([*pieces, head])
            pieces, held = [tail], len(tail)
        else:
            pieces.append(block)
            held += len(block)
            if held > LINE_LIMIT:
                raise InputError(f"a line is longer than {LINE_LIMIT >> 20} MiB")
    last = b"".join(pieces)
    if last:
        yield last


def _decoded(line: bytes, encoding: str, around: bytes) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError as error:
        better = suggestion(around)
        hint = f"; try --encoding {better}" if better and better != encoding else ""
        return Fault.of(
            line, f"byte {line[error.start]:#04x} at offset {error.start} is not {encoding}{hint}"
        )


def suggestion(data: bytes) -> str:
    """The encoding that the bytes look like, or an empty string."""
    for encoding in ("utf-8", "gb18030", "big5", "shift_jis", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = sum(char.isalpha() or char.isspace() for char in text)
        if letters * 10 >= len(text) * 6 and not any("\ue000" <= char <= "\uf8ff" for char in text):
            return encoding
    return ""


def _wide_lines(data: Iterable[bytes], encoding: str, name: str) -> Iterator[list[str]]:
    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    try:
        for block in data:
            *found, rest = (rest + decoder.decode(block)).split("\n")
            if len(rest) > LINE_LIMIT:
                raise InputError(f"{name}: a line is longer than {LINE_LIMIT >> 20} MiB")
            if found:
                yield [line.removesuffix("\r") for line in found]
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not {encoding}: {error.reason}") from error
    if rest:
        yield [rest.removesuffix("\r")]
