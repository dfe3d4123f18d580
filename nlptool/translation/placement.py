"""Where in a translation the tags of a sentence belong: around the words that they stood around.

The words between two tags are translated by themselves too; where that translation stands in the
sentence's, the tags are put. What is not found goes where it stood by proportion, and is said to
be unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from nlptool.models.languages import HAN

WORD = re.compile(r"[^\W_\u2e80-\ud7af\uf900-\ufaff]")
"""A character of a word that is written together; those of Chinese and Japanese are not."""

ENDS = " .。,，!！?？;；:：、"
PAUSES = tuple(".。,，!！?？;；:：、")


@dataclass
class Span:
    """What two tags stand around, or a point, in places of the text; ``tags`` are their indexes.

    ``sure`` is whether its place in a translation was found by its words.
    """

    start: int
    end: int
    tags: tuple[int, int]
    inner: list[Span] = field(default_factory=list)
    sure: bool = True

    @property
    def is_point(self) -> bool:
        return self.start == self.end


def nested(spans: Sequence[Span]) -> list[Span]:
    """The outer ones of spans that are properly nested, the others inside them."""
    outer: list[Span] = []
    open_: list[Span] = []
    for span in sorted(spans, key=lambda span: span.tags):
        while open_ and open_[-1].tags[1] < span.tags[0]:
            open_.pop()
        (open_[-1].inner if open_ else outer).append(span)
        open_.append(span)
    return outer


def place(
    spans: Sequence[Span],
    text: str,
    translation: str,
    words: Mapping[str, str],
    keeps: Sequence[str],
) -> list[Span]:
    """The spans of a text in its translation, those around the same words in order.

    ``words`` are translations of what stands in spans; no place is inside one of ``keeps``.
    """
    whole, room = Span(0, len(text), (-1, -1), list(spans)), Span(0, len(translation), (-1, -1))
    return _Placement(text, translation, words, keeps).inside(whole, room)


class _Placement:
    """Spans of a text on their way into its translation."""

    def __init__(
        self, text: str, translation: str, words: Mapping[str, str], keeps: Sequence[str]
    ) -> None:
        self.text = text
        self.translation = translation
        self.words = words
        self.closed: set[int] = set()
        """Places inside something that is kept."""
        for keep in {*keeps}:
            for found in re.finditer(re.escape(keep), translation):
                self.closed.update(range(found.start() + 1, found.end()))

    def inside(self, frame: Span, room: Span) -> list[Span]:
        """What is in a span of the text, in the room that this has in the translation."""
        placed: list[Span] = []
        for span in sorted(frame.inner, key=lambda span: span.start - span.end):
            if not span.is_point:
                there = self._found(span, frame, room, placed)
                there.inner = self.inside(span, there)
                placed.append(there)
        at = room.start
        for span in sorted(frame.inner, key=lambda span: span.tags):
            if span.is_point:
                wanted = max(at, _scaled(span.start, frame, room))
                at = self._pause(wanted, at, room.end, placed)
                placed.append(Span(at, at, span.tags, span.inner))
        return sorted(placed, key=lambda span: (span.start, span.end, span.tags))

    def _found(self, span: Span, frame: Span, room: Span, taken: Sequence[Span]) -> Span:
        """The place of the span's words, the nearest to where they stood; else about there."""
        source = self.text[span.start : span.end]
        start, end = _scaled(span.start, frame, room), _scaled(span.end, frame, room)
        for words in (self.words.get(source, ""), source):
            there = list(self._occurrences(words.strip(ENDS), room, taken))
            if there:
                best = min(there, key=lambda place: abs(place[0] + place[1] - start - end))
                return Span(*best, span.tags)
        common = self._common(self.words.get(source, "").strip(ENDS), room, taken)
        if common:
            return Span(*common, span.tags)
        within = self.translation[room.start : room.end]
        high = room.start + len(within.rstrip(ENDS) if span.end < frame.end else within)
        start = self._near(start, room.start, max(room.start, high - 1), taken)
        last = min([high, *(other.start for other in taken if other.start >= start)])
        end = self._near(max(start + 1, end), min(start + 1, last), last, taken)
        inside = self.translation[start:end]
        start += len(inside) - len(inside.lstrip())
        end = max(start, end - len(inside) + len(inside.rstrip()))
        return Span(start, end, span.tags, sure=False)

    def _may(self, position: int, taken: Sequence[Span]) -> bool:
        """Whether a tag may stand there: not inside a word, what is kept, or another span."""
        around = self.translation[max(0, position - 1) : position + 1]
        in_word = position > 0 and len(around) == 2 and all(map(WORD.match, around))
        inside = any(span.start < position < span.end for span in taken)
        return not (in_word or inside or position in self.closed)

    def _near(self, wanted: int, low: int, high: int, taken: Sequence[Span]) -> int:
        """The place nearest to ``wanted`` from ``low`` to ``high``, which must be a good one."""
        able = [place for place in range(low, high + 1) if self._may(place, taken)]
        return min(able, key=lambda place: abs(place - wanted), default=high)

    def _pause(self, wanted: int, low: int, high: int, taken: Sequence[Span]) -> int:
        """The place for a point: as near, but for a quarter of the room behind a comma or a stop,
        and never before one."""
        text = self.translation
        able = [
            place
            for place in range(low, high + 1)
            if text[place : place + 1] not in PAUSES and self._may(place, taken)
        ]
        near = [
            place
            for place in able
            if text[place - 1 : place] in PAUSES and abs(place - wanted) * 4 <= len(text)
        ]
        return min(near or able, key=lambda place: abs(place - wanted), default=high)

    def _occurrences(
        self, words: str, room: Span, taken: Sequence[Span]
    ) -> Iterator[tuple[int, int]]:
        """Where the words stand in the room, free and whole."""
        pattern = re.compile(re.escape(words) or "(?!)", re.IGNORECASE)
        for found in pattern.finditer(self.translation, room.start, room.end):
            if self._free(*found.span(), taken):
                yield found.span()

    def _common(self, words: str, room: Span, taken: Sequence[Span]) -> tuple[int, int] | None:
        """The longest part of the words that stands in the room, if it is more than half, or a
        Chinese character of two."""
        part = self.translation[room.start : room.end]
        match = SequenceMatcher(None, words, part, autojunk=False).find_longest_match()
        start, end = room.start + match.b, room.start + match.b + match.size
        half = len(words) == 2 and HAN.fullmatch(words[match.a : match.a + match.size])
        long = match.size * 2 > len(words) > 1 or half
        return (start, end) if long and self._free(start, end, taken) else None

    def _free(self, start: int, end: int, taken: Sequence[Span]) -> bool:
        overlaps = any(span.start < end and start < span.end for span in taken)
        return not overlaps and self._may(start, ()) and self._may(end, ())


def _scaled(position: int, frame: Span, room: Span) -> int:
    share = (position - frame.start) / max(1, frame.end - frame.start)
    return room.start + round(share * (room.end - room.start))
