"""What a document is made of: fixed parts, and runs of text to be translated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

Kind = Literal["text", "keep", "tag", "break"]


class Piece(NamedTuple):
    """A piece of a run, as it stands in the document.

    ``text`` is for the model; ``keep`` too, but must come back as it is; a ``tag`` is never shown
    to it, and parts what stands on its two sides; a ``break`` is white space to it.
    """

    raw: str
    kind: Kind


Part = str | list[Piece]
"""Fixed text, or a run of pieces. The raw text of all parts together is the document."""


class Markup(NamedTuple):
    """How documents of a kind are written: ``cut`` finds the parts, ``shown`` is text as its
    reader sees it, ``written`` the way back, given the raw text in whose place it comes."""

    cut: Callable[[str], Iterable[Part]]
    shown: Callable[[str], str]
    written: Callable[[str, str], str]


KEEP = re.compile(
    r"""
    (?:https?|ftp|file)://[^\s<>"'）】」，。；]*[^\s<>"'）】」，。；.,;:!?)\]}]
    | \bwww\.[\w-]+\.[^\s<>"'）】」，。；]*[\w/]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | \$?\{\{?[^{}\s]{0,60}\}?\}
    | %\([^()\s]{1,60}\)[#0+\ -]*\d*(?:\.\d+)?[a-zA-Z]
    | %(?:\d+\$)?[#0+-]*\d*(?:\.\d+)?(?:hh|h|ll|l|z)?[diouxXeEfgGcrsap@]\b
    | \$[A-Z_][A-Z0-9_]{2,}\b
    | &(?:[a-zA-Z][a-zA-Z0-9]*|\#\d+|\#x[0-9a-fA-F]+);
    """,
    re.VERBOSE,
)
"""What must survive: addresses, and what programs fill in or expand."""

UNSPOKEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff"
    "\ue000-\uf8ff\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001faff\U000e0000-\U0010ffff\ufe00-\ufe0f\u20e3]+"
    r"|(?<![\w+/=-])[a-zA-Z0-9+/=_-]{64,}"
)
"""What no model of language knows: controls, marks of direction, pictures; data and keys, for no
language has words of 64 letters."""


def pieces_of(text: str, markup: re.Pattern[str] | None = None) -> list[Piece]:
    """The pieces of running text; ``markup`` finds tags in it, before anything else is found.

    Groups named ``keep`` and ``text`` in it are not tags, but what they say.
    """
    return list(_merged(_pieces(text, markup)))


def _pieces(text: str, markup: re.Pattern[str] | None) -> Iterator[Piece]:
    for raw, found in _split(text, markup) if markup else [(text, None)]:
        if found:
            kind = found.lastgroup
            yield Piece(raw, "keep" if kind == "keep" else "text" if kind == "text" else "tag")
            continue
        for inner, unspoken in _split(raw, UNSPOKEN):
            if unspoken:
                yield Piece(inner, "tag")
                continue
            for word, keep in _split(inner, KEEP):
                yield Piece(word, "keep" if keep else "text")


def _split(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str] | None]]:
    """The text in what the pattern finds and what lies between."""
    start = 0
    for found in pattern.finditer(text):
        if found.start() > start:
            yield text[start : found.start()], None
        if found[0]:
            yield found[0], found
        start = found.end()
    if start < len(text):
        yield text[start:], None


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, neighbours of text in one."""
    held = ""
    for piece in pieces:
        if piece.kind == "text":
            held += piece.raw
            continue
        if held:
            yield Piece(held, "text")
        held = ""
        yield piece
    if held:
        yield Piece(held, "text")
