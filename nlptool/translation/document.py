"""A document on its way: fixed text and segments in turn, until it can be put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from nlptool.models.languages import in_script_of, language_of
from nlptool.tasks import translate
from nlptool.tasks.translate import Translation
from nlptool.translation.html import HTML
from nlptool.translation.markdown import MARKDOWN
from nlptool.translation.pieces import Markup, Piece
from nlptool.translation.plain import PLAIN
from nlptool.translation.segment import Segment, joint
from nlptool.translation.sentences import sentences
from nlptool.translation.srt import SRT

MARKUPS: dict[translate.Markup | None, Markup] = {
    None: PLAIN,
    "plain": PLAIN,
    "markdown": MARKDOWN,
    "html": HTML,
    "srt": SRT,
}


class Document:
    """A document between the languages (source, target).

    ``passed`` is whether there was text, and all of it was in another language than the source.
    """

    def __init__(self, text: str, markup: translate.Markup | None, languages: tuple[str, str]):
        self.source, self.target = languages
        self.markup = MARKUPS[markup]
        self.segments: list[Segment] = []
        self.gaps = [""]
        """What stands before each segment, and behind the last one."""
        self.foreign = 0
        for part in self.markup.cut(text):
            if isinstance(part, str):
                self.gaps[-1] += part
                continue
            for tag, group in groupby(part, lambda piece: piece.kind == "tag"):
                if tag:
                    self.gaps[-1] += "".join(piece.raw for piece in group)
                else:
                    self._add(list(group))
        self.passed = bool(self.foreign and not self.segments)

    def _add(self, run: Sequence[Piece]) -> None:
        for sentence in sentences(run, self.source):
            before, inner, after = _trimmed(sentence)
            segment = Segment(inner, self.markup)
            self.gaps[-1] += before
            if self._is_source(segment.words):
                self.segments.append(segment)
                self.gaps.append(after)
            else:
                self.gaps[-1] += segment.raw + after

    def _is_source(self, words: str) -> bool:
        if not any(character.isalpha() for character in words):
            return False
        if language_of(words) == self.target or not in_script_of(self.source, words):
            self.foreign += 1
            return False
        return True

    def text(self, number: int = 0) -> str:
        """The document with the segments' translations: the best, or the alternative ``number``."""
        if not self.segments:
            return self.gaps[0]
        words = list(_choices(self.segments, number))
        written = [
            segment.written(word) for segment, word in zip(self.segments, words, strict=True)
        ]
        changed = [
            word != segment.shown for segment, word in zip(self.segments, words, strict=True)
        ]
        parts = [self.gaps[0], written[0]]
        for index in range(1, len(written)):
            gap = self.gaps[index]
            if changed[index - 1] or changed[index]:
                gap = joint(written[index - 1], gap, written[index], self.target)
            parts += [gap, written[index]]
        return "".join([*parts, self.gaps[-1]])


def _choices(segments: Sequence[Segment], number: int) -> Iterator[str]:
    for segment in segments:
        answer = segment.answer
        if not isinstance(answer, Translation):
            yield segment.shown
            continue
        others = answer.alternatives or []
        yield others[min(number, len(others)) - 1] if number and others else answer.translation


def _trimmed(sentence: Sequence[Piece]) -> tuple[str, list[Piece], str]:
    """The white space before a sentence, its pieces without it, and the white space behind."""
    pieces = list(sentence)
    raw = "".join(piece.raw for piece in pieces)
    before = raw[: len(raw) - len(raw.lstrip())]
    after = raw[len(raw.rstrip()) :] if before != raw else ""
    return before, _without(_without(pieces, len(before), 0), len(after), -1), after


def _without(pieces: list[Piece], length: int, end: int) -> list[Piece]:
    """The pieces without so many characters of white space at one end: 0 the first, -1 the last."""
    pieces = list(pieces)
    while length:
        piece = pieces.pop(end)
        taken = min(length, len(piece.raw))
        length -= taken
        rest = piece.raw[: len(piece.raw) - taken] if end else piece.raw[taken:]
        if rest:
            pieces.insert(len(pieces) if end else 0, Piece(rest, piece.kind))
    return pieces
