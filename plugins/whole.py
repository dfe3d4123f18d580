"""Words that a cutter of one language would take to pieces: numbers, names and emoji of another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import Any

from msgspec import UNSET

from nlptool.tasks.segment import Params, Words

Span = tuple[int, int]

LETTER = "[^\\W_\u0e00-\u0e7f\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
"""A letter or digit of a script that divides its words by spaces."""

WHOLE = re.compile(
    rf"(?<!{LETTER}){LETTER}+(?:(?:[.'\u2019_]|(?<=\d),(?=\d\d\d(?!\d))){LETTER}+)*%?"
)
"""A word or number, with marks inside it as Unicode's boundaries have them: 3.6.3, report.pdf."""

PLAIN = re.compile(r"[A-Za-z0-9]+(?:\.\d+)?%?")
"""What every cutter keeps together."""

JOINED = re.compile(
    "[\u0300-\u036f\u200d\ufe0e\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]"
)
"""What makes one character of several: accents, and what joins and colours emoji."""


def whole(text: str, spans: Iterable[tuple[Span, str]]) -> Iterator[tuple[Span, str]]:
    """The spans of a text's words in their order, those put together that make up a word of
    another script or one character; it has the tag of the first of them."""
    kept = sorted(_kept(text))
    if not kept:
        yield from spans
        return
    found = list(spans)
    at = 0
    for start, end in kept:
        while at < len(found) and found[at][0][0] < start:
            yield found[at]
            at += 1
        last = at
        while last < len(found) and found[last][0][1] < end:
            last += 1
        fits = last < len(found) and (found[at][0][0], found[last][0][1]) == (start, end)
        if fits and last > at:
            yield (start, end), found[at][1]
            at = last + 1
    yield from found[at:]


def joined(text: str, words: list[str]) -> list[str]:
    """As whole, for the words themselves, which are all of the text."""
    kept = sorted(_kept(text))
    if not kept:
        return words
    places = [0, *accumulate(map(len, words))]
    found: list[str] = []
    done = 0
    for start, end in kept:
        first = bisect_left(places, start, done)
        last = bisect_left(places, end, first)
        if (places[first], places[last]) == (start, end) and last > first + 1:
            found += words[done:first]
            found.append(text[start:end])
            done = last
    return found + words[done:]


def _kept(text: str) -> Iterator[Span]:
    """Words and characters that some cutters do not keep together."""
    for found in WHOLE.finditer(text):
        if not PLAIN.fullmatch(found[0]):
            yield found.span()
    if JOINED.search(text):
        for found in _graphemes().finditer(text):
            if found.end() > found.start() + 1:
                yield found.span()


@cache
def _graphemes() -> Any:
    import regex

    return regex.compile(r"\X")


def untagged(spans: Iterable[Span]) -> Iterator[tuple[Span, str]]:
    """Spans without tags of theirs."""
    return ((span, "") for span in spans)


def pieces(text: str, longest: int) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most so many characters, with their places; a piece ends where a word
    does, if it can."""
    start = 0
    while len(text) - start > longest:
        breaks = [*re.compile(r"\s|[.!?\u3002\uff01\uff1f]").finditer(text, start, start + longest)]
        end = breaks[-1].end() if breaks else start + longest
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def words_of(text: str, spans: Iterable[tuple[Span, str]], params: Params) -> Words:
    """The words at these places, put together by ``whole``, as they are asked for."""
    return words_at(text, whole(text, spans), params)


def words_at(text: str, spans: Iterable[tuple[Span, str]], params: Params) -> Words:
    """The words at these places, without white space, as they are asked for."""
    found = [(span, tag) for span, tag in spans if text[slice(*span)].strip()]
    return Words(
        words=[text[start:end] for (start, end), _ in found],
        pos=[tag for _, tag in found] if params.pos else UNSET,
        spans=[span for span, _ in found] if params.offsets else UNSET,
    )
