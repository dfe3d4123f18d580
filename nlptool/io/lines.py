"""Bytes to lines of text: as they arrive, in any encoding, a wrong byte costing one line."""

from __future__ import annotations

import codecs
import errno
import os
import select
import stat
from collections.abc import Callable, Iterable, Iterator

from nlptool.errors import InputError, UsageError

BLOCK = 1 << 16
LINE_LIMIT = 100 << 20
SHOWN = 80
"""Bytes that are shown of a line that is too long."""
OF_NAMES = ("idna", "punycode")
HEAD = 4096
"""Bytes that tell what a file is."""
DENSE = 10
"""A file in which one byte of so many is NUL is no text."""
UNMARKED = (("utf-16-le", 1), ("utf-16-be", 0))
"""Where text of letters below 256 has its NULs, without a byte order mark."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Fault(str):
    """A line that cannot be decoded, its bytes shown as escapes; ``why`` says what is wrong.

    ``raw`` are its bytes, none of a line that is too long to be held.
    """

    __slots__ = ("raw", "why")
    why: str
    raw: bytes

    @classmethod
    def of(cls, line: bytes, why: str) -> Fault:
        """The fault for a line's bytes."""
        fault = cls(line.decode("utf-8", "backslashreplace"))
        fault.why = why
        fault.raw = line
        return fault


def blocks(descriptor: int, seen: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of an open file: as many as there are, without waiting for more.

    ``seen`` hears of every block's length. OSError where a file is cut short meanwhile.
    """
    there = os.fstat(descriptor)
    plain_file = stat.S_ISREG(there.st_mode)
    while block := os.read(descriptor, BLOCK):
        while not plain_file and len(block) < BLOCK and select.select([descriptor], [], [], 0)[0]:
            more = os.read(descriptor, BLOCK - len(block))
            if not more:
                break
            block += more
        seen(len(block))
        yield block
    if plain_file and os.fstat(descriptor).st_size < there.st_size:
        raise OSError(errno.EIO, "it was cut short while it was read")


def lines(
    data: Iterable[bytes], encoding: str, name: str, *, keep_cr: bool = False
) -> Iterator[list[str]]:
    """The lines of a stream, without their ends, one list a block; broken ones are Faults.

    A byte order mark decides over ``encoding``. With ``keep_cr`` a line ends at its line feed
    alone. InputError for what is no text at all.
    """
    data = iter(data)
    first = next(data, b"")
    while first and any(len(first) < len(bom) and bom.startswith(first) for bom, _ in BOMS):
        more = next(data, b"")
        if not more:
            break
        first += more
    encoding = encoding_of(first, encoding, name)
    stream = _joined(first.removeprefix(codecs.BOM_UTF8), data)
    del first
    wide = "\n".encode(encoding) != b"\n"
    for found in _wide_lines(stream, encoding, name) if wide else _byte_lines(stream, encoding):
        if not keep_cr and "\r" in "".join(found):
            yield [line if isinstance(line, Fault) else line.removesuffix("\r") for line in found]
        else:
            yield found


def encoding_of(start: bytes, encoding: str, name: str) -> str:
    """The encoding of a text that starts so: as its byte order mark says, else as asked for.

    InputError for what is no text, and where the order of bytes must be said.
    """
    for bom, kind in BOMS:
        if start.startswith(bom):
            return kind
    head = start[:HEAD]
    kind = encoding_named(encoding)
    if head and kind in ("utf-16", "utf-32"):
        raise InputError(
            f"{name}: {kind} without a byte order mark; say --encoding {kind}-le or {kind}-be"
        )
    if b"\0" in head and "\n".encode(encoding) == b"\n" and _binary(head, encoding):
        looks = next(
            (kind for kind, place in UNMARKED if head[place::2].count(0) * 3 > len(head)), ""
        )
        hint = f"; try --encoding {looks}" if looks else ""
        raise InputError(f"{name}: this is no text (it has NUL bytes){hint}")
    return encoding


def encoding_named(encoding: str) -> str:
    """Python's name of an encoding; UsageError for one that it does not know, or that is not of
    texts, such as hex or punycode."""
    try:
        "a\n".encode(encoding)
        kind = codecs.lookup(encoding).name
    except (LookupError, UnicodeError) as error:
        raise UsageError(f"{encoding} is no encoding") from error
    if kind in OF_NAMES:
        raise UsageError(f"{encoding} is an encoding of names, not of texts")
    return kind


def _binary(head: bytes, encoding: str) -> bool:
    """Whether the start of a file that has NULs is more than a text with a NUL in it."""
    if head.count(0) * DENSE > len(head):
        return True
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return True
    return False


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _byte_lines(data: Iterable[bytes], encoding: str) -> Iterator[list[str]]:
    for block in _whole_lines(data, b"\n"):
        if isinstance(block, Fault):
            yield [block]
            continue
        try:
            found: list[str] = whole_text(block, encoding).split("\n")
        except UnicodeError:
            found = [_decoded(line, encoding, block) for line in block.split(b"\n")]
        del block
        yield found


def _whole_lines(data: Iterable[bytes], end: bytes) -> Iterator[bytes | Fault]:
    """Blocks cut at the last line end in each, that end left out; a Fault for a line too long."""
    pieces: list[bytes] = []
    held = 0
    for block in data:
        rest = block
        if held > LINE_LIMIT:
            _, found, rest = rest.partition(end)
            if not found:
                continue
            yield _too_long(pieces)
            held = 0
        head, found, tail = rest.rpartition(end)
        if found:
            pieces.append(head)
            yield _taken(pieces)
            held = 0
        pieces.append(tail)
        held += len(tail)
    if held > LINE_LIMIT:
        yield _too_long(pieces)
    elif held:
        yield _taken(pieces)


def _taken(pieces: list[bytes]) -> bytes:
    """The pieces as one, and no more in their list: a line may be long."""
    data = b"".join(pieces)
    pieces.clear()
    return data


def _too_long(pieces: list[bytes]) -> Fault:
    fault = Fault.of(_taken(pieces)[:SHOWN], f"a line is longer than {LINE_LIMIT >> 20} MiB")
    fault.raw = b""
    return fault


def _decoded(line: bytes, encoding: str, around: bytes) -> str:
    try:
        return whole_text(line, encoding)
    except UnicodeEncodeError as error:
        return Fault.of(line, half_of(error))
    except UnicodeDecodeError as error:
        better = suggestion(around)
        hint = f"; try --encoding {better}" if better and better != encoding else ""
        return Fault.of(
            line, f"byte {line[error.start]:#04x} at offset {error.start} is not {encoding}{hint}"
        )


def whole_text(data: bytes, encoding: str) -> str:
    """Bytes as text; UnicodeDecodeError for what is not of the encoding, UnicodeEncodeError for
    halves of characters, which UTF-7 and escapes may hold and nothing can be written in."""
    text = data.decode(encoding)
    text.encode()
    return text


def half_of(error: UnicodeEncodeError) -> str:
    """What is wrong with a text that has half of a surrogate pair."""
    return f"{error.object[error.start]!a} is half a character, without its other half"


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
                yield found
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not {encoding}: {error.reason}") from error
    if rest:
        yield [rest]
