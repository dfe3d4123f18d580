"""HTML: text between tags, read by html.parser; the bytes of every tag stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate

from nlptool.translation.pieces import Markup, Part, Piece, pieces_of

INLINE = (
    "a abbr acronym b bdi bdo big cite data del dfn em font i img ins label mark q s small span "
    "strike strong sub sup time tt u var wbr"
)
"""Elements that stand inside a sentence."""

UNTOUCHED = "code kbd math pre samp script style svg template textarea"
VOID = "area base br col embed hr img input link meta param source track wbr"
SPACE = re.compile(r"(\s*[\n\r]\s*)")


class _Reader(HTMLParser):
    """Notes where in the text each thing begins, and what it is."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        lengths = (len(line) for line in text.split("\n"))
        self.lines = [0, *accumulate(length + 1 for length in lengths)]
        self.marks: list[tuple[int, str]] = []
        self.closed: list[str] = []
        """The elements that are open inside one that is left untouched, itself the first."""
        self.feed(text)
        self.close()

    def _mark(self, kind: str) -> None:
        line, column = self.getpos()
        self.marks.append((self.lines[line - 1] + column, "fixed" if self.closed else kind))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        keeps = tag in UNTOUCHED.split() or told.get("translate") == "no"
        if (self.closed or keeps) and tag not in VOID.split():
            self.closed.append(tag)
        self._mark("tag" if tag in INLINE.split() else "fixed")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mark("tag" if tag in INLINE.split() else "fixed")

    def handle_endtag(self, tag: str) -> None:
        self._mark("tag" if tag in INLINE.split() else "fixed")
        if tag in self.closed:
            while self.closed.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._mark("text")

    def handle_entityref(self, name: str) -> None:
        self._mark("text")

    def handle_charref(self, name: str) -> None:
        self._mark("text")

    def handle_comment(self, data: str) -> None:
        self._mark("fixed")

    def handle_decl(self, decl: str) -> None:
        self._mark("fixed")

    def handle_pi(self, data: str) -> None:
        self._mark("fixed")

    def unknown_decl(self, data: str) -> None:
        self._mark("fixed")


def cut(text: str) -> Iterator[Part]:
    """Runs of text with the tags inside sentences; all other tags, scripts and code are fixed."""
    marks = sorted(_Reader(text).marks, key=lambda mark: mark[0])
    starts = [0, *(start for start, _ in marks), len(text)]
    kinds = ["fixed", *(kind for _, kind in marks)]
    run: list[Piece] = []
    for kind, start, end in zip(kinds, starts, starts[1:], strict=False):
        raw = text[start:end]
        if kind == "fixed":
            yield run
            yield raw
            run = []
        elif kind == "tag":
            run.append(Piece(raw, "tag"))
        else:
            run += _text(raw)
    yield run


def _text(raw: str) -> Iterator[Piece]:
    for index, part in enumerate(SPACE.split(raw)):
        if index % 2:
            yield Piece(part, "break")
        else:
            for piece in pieces_of(part):
                entity = piece.kind == "keep" and piece.raw.startswith("&")
                yield Piece(piece.raw, "text") if entity else piece


HTML = Markup(cut, shown=unescape, written=lambda text, _: escape(text, quote=False))
