"""What a document is made of: fixed parts, and runs of text to be translated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from nlptool.translation import icu
from nlptool.translation.survivors import KEEP, MARK, TAG, UNSPOKEN

Kind = Literal["text", "keep", "tag", "mark", "break"]


class Piece(NamedTuple):
    """A piece of a run, as it stands in the document.

    ``text`` is for the model; ``keep`` too, but must come back as it is. It never sees the others:
    a ``tag`` opens or closes something, and is put back around the same words; a ``mark`` stands
    at a place, and is put back about there; a ``break`` is white space. ``parts`` are what a tag
    is made of, where some of it is to be translated.
    """

    raw: str
    kind: Kind
    parts: tuple[Part, ...] = ()


def _around(opening: str, content: str, closing: str, before: str, after: str) -> str:
    return f"{opening}{content}{closing}"


class Writing(NamedTuple):
    """How text is written in a document: ``shown`` is text as its reader sees it, ``written`` the
    way back, given the raw text in whose place it comes; ``around`` puts two tags around content,
    given what stands before and behind them."""

    shown: Callable[[str], str] = str
    written: Callable[[str, str], str] = lambda text, raw: text
    around: Callable[[str, str, str, str, str], str] = _around


class Run(NamedTuple):
    """Text that is translated together, sentence by sentence."""

    pieces: list[Piece]
    writing: Writing = Writing()


Part = str | Run
"""Fixed text, or a run. The raw text of all parts together is the document."""

Markup = Callable[[str], Iterable[Part]]
"""Cuts a document into its parts."""


def pieces_of(text: str, markup: re.Pattern[str] | None = TAG) -> list[Piece]:
    """The pieces of running text; ``markup`` finds tags in it, before anything else is found.

    Groups named ``keep``, ``mark`` and ``text`` in it are not tags, but what they say.
    """
    return list(_merged(_pieces(text, markup)))


def _pieces(text: str, markup: re.Pattern[str] | None) -> Iterator[Piece]:
    for raw, kind in icu.cut(text):
        if kind == "text":
            yield from _marked(raw, markup)
        else:
            yield Piece(raw, kind)


def _marked(text: str, markup: re.Pattern[str] | None) -> Iterator[Piece]:
    named: dict[str | None, Kind] = {"keep": "keep", "mark": "mark", "text": "text"}
    for raw, found in _split(text, markup) if markup else [(text, None)]:
        if found:
            yield Piece(raw, named.get(found.lastgroup, "tag"))
            continue
        for word, unspoken in _split(raw, UNSPOKEN):
            if unspoken:
                yield Piece(word, "mark" if MARK.fullmatch(word) else "tag")
                continue
            for inner, keep in _split(word, KEEP):
                yield Piece(inner, "keep" if keep else "text")


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
