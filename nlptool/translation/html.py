"""HTML: text between tags, read by html.parser; of a tag's bytes only the texts in it change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate

from nlptool.translation.pieces import Part, Piece, Run, Writing, pieces_of
from nlptool.translation.tags import VOID

INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
"""Elements that stand inside a sentence."""

UNTOUCHED = frozenset(
    {
        "code", "kbd", "math", "pre", "samp", "script", "style", "svg", "template", "textarea",
        "tt", "var",
    }
)  # fmt: skip
TEXTS = frozenset(["alt", "aria-label", "placeholder", "title"])
"""Attributes that people read."""

SPACE = re.compile(r"(\s*[\n\r]\s*)")
ATTRIBUTE = re.compile(r"""(\s[^\s"'<>/=]+\s*=\s*)("[^"]*"|'[^']*')""")

LANGUAGE = re.compile(r"""(\s(?:xml:)?lang\s*=\s*["']?)([A-Za-z]+)(?:-[\w-]*)?""", re.IGNORECASE)


class _Reader(HTMLParser):
    """Notes where in the text each thing begins, and what it is."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        lengths = (len(line) for line in text.split("\n"))
        self.lines = [0, *accumulate(length + 1 for length in lengths)]
        self.marks: list[tuple[int, str]] = []
        self.closed: list[str] = []
        """The elements that are open inside one that is left untouched, itself the first."""
        self.language = ""
        """The one that the first tag to tell one names, which is the page's."""
        self.feed(text)
        self.close()

    def _mark(self, kind: str) -> None:
        if self.closed:
            kind = "keep" if self.closed[0] in INLINE else "fixed"
        line, column = self.getpos()
        self.marks.append((self.lines[line - 1] + column, kind))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        classes = (told.get("class") or "").split()
        language = (told.get("lang") or told.get("xml:lang") or "").lower().partition("-")[0]
        self.language = self.language or language
        other = language not in ("", self.language)
        keeps = (
            other or tag in UNTOUCHED or told.get("translate") == "no" or "notranslate" in classes
        )
        self._mark(("bare" if keeps else "tag") if tag in INLINE else "fixed" if keeps else "block")
        if (self.closed or keeps) and tag not in VOID:
            self.closed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mark("tag" if tag in INLINE else "block")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.closed:
            while self.closed.pop() != tag:
                pass
        self._mark("tag" if tag in INLINE else "block")

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
    run: list[Piece] = []
    for kind, raw in _marked(text):
        if kind in ("fixed", "block"):
            yield Run(run, HTML)
            yield from tag_parts(raw) if kind == "block" else [raw]
            run = []
        elif kind in ("tag", "bare"):
            parts = tuple(tag_parts(raw)) if kind == "tag" else ()
            run.append(Piece(raw, "tag", parts if len(parts) > 1 else ()))
        elif kind == "keep":
            before = run.pop().raw if run and run[-1].kind == "keep" else ""
            run.append(Piece(before + raw, "keep"))
        else:
            run += _text(raw)
    yield Run(run, HTML)


def in_language(text: str, source: str, target: str) -> str:
    """The page with ``target`` where a tag says that its text is in ``source``."""

    def told(found: re.Match[str]) -> str:
        return found[1] + (target if found[2].lower() == source else found[0][len(found[1]) :])

    return "".join(
        LANGUAGE.sub(told, raw) if kind in ("tag", "block") else raw for kind, raw in _marked(text)
    )


def _marked(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with its kind."""
    marks = sorted(_Reader(text).marks, key=lambda mark: mark[0])
    starts = [0, *(start for start, _ in marks), len(text)]
    kinds = ["fixed", *(kind for _, kind in marks)]
    for kind, start, end in zip(kinds, starts, starts[1:], strict=False):
        yield kind, text[start:end]


def tag_parts(raw: str) -> Iterator[Part]:
    """A tag, the texts of its attributes as runs."""
    start = 0
    for found in ATTRIBUTE.finditer(raw):
        if found[1].strip(" \t\r\n\f=").lower() in TEXTS:
            yield raw[start : found.start(2) + 1]
            yield Run(list(_text(found[2][1:-1])), ATTRIBUTE_TEXT)
            start = found.end(2) - 1
    yield raw[start:]


def _text(raw: str) -> Iterator[Piece]:
    for index, part in enumerate(SPACE.split(raw)):
        if index % 2:
            yield Piece(part, "break")
        else:
            for piece in pieces_of(part, None):
                entity = piece.kind == "keep" and piece.raw.startswith("&")
                yield Piece(piece.raw, "text") if entity else piece


HTML = Writing(unescape, lambda text, _: escape(text, quote=False))
ATTRIBUTE_TEXT = Writing(unescape, lambda text, _: escape(text))
