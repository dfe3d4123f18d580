"""A document on its way: fixed text and segments in turn, until it can be put together again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from nlptool.models.languages import identify, in_script_of, language_of
from nlptool.tasks import translate
from nlptool.tasks.translate import Translation
from nlptool.translation import html, markdown, plain, subtitles, texts
from nlptool.translation.pieces import Markup, Part, Piece, Writing
from nlptool.translation.segment import Segment, joint
from nlptool.translation.sentences import sentences
from nlptool.translation.tags import cuts, edges

MARKUPS: dict[translate.Markup | None, Markup] = {
    None: plain.cut,
    "plain": plain.cut,
    "paragraphs": plain.paragraphs,
    "markdown": markdown.cut,
    "html": html.cut,
    "srt": subtitles.srt,
    "vtt": subtitles.vtt,
    "ssa": subtitles.ssa,
    "texts": texts.texts,
    "pages": texts.pages,
}

CLEAR = 4
"""Words of a sentence that can be told to be in another language than its document."""
LETTER = re.compile(r"[A-Z]\W*")
"""What is no word of any language, but names a thing: A, B."""


class Document:
    """A document between the languages (source, target).

    ``passed`` is whether there was text, and all of it was in another language than the source.
    ``convert`` makes the target's script of what is in the target language already; where the
    source was not ``told``, a sentence that is clearly in a third language is none of it. A
    ``page`` is HTML, whose tags may say which language their text is in.
    """

    def __init__(
        self,
        parts: Iterable[Part],
        languages: tuple[str, str],
        convert: Callable[[str], str] = str,
        told: bool = True,
        page: bool = False,
    ):
        self.source, self.target = languages
        self.convert = convert
        self.told = told
        self.page = page
        self.segments: list[Segment] = []
        """All of them, also those inside tags of others."""
        self.flow: list[Segment] = []
        self.gaps = [""]
        """What stands before each segment of the flow, and behind the last one."""
        self.foreign = self.third = 0
        """How much was in another language than the source, and than both."""
        self.line = self.number = 1
        self._take(parts)
        self.passed = bool(self.foreign and not self.segments)

    @classmethod
    def of(
        cls,
        text: str,
        markup: translate.Markup | None,
        languages: tuple[str, str],
        convert: Callable[[str], str] = str,
        told: bool = True,
    ) -> Document:
        """A text, cut as it is written."""
        return cls(MARKUPS[markup](text), languages, convert, told, markup in ("html", "pages"))

    def _take(self, parts: Iterable[Part]) -> None:
        for part in parts:
            if isinstance(part, str):
                self.gaps[-1] += self._passed(part)
                continue
            for sentence in sentences(part.pieces, self.source):
                self._add(sentence, part.writing)

    def _passed(self, text: str) -> str:
        """A text as it stands; the place in the document is behind it now."""
        self.line += text.count("\n")
        self.number += text.count(texts.MARK)
        return text

    def _add(self, sentence: Sequence[Piece], writing: Writing) -> None:
        """A sentence: what goes around it is fixed, and what cannot be put back in it parts it."""
        start, end = edges(sentence)
        self._fix(sentence[:start])
        inner = sentence[start:end]
        begin = 0
        for cut in cuts(inner):
            self._add(inner[begin:cut], writing)
            self._fix(inner[cut : cut + 1])
            begin = cut + 1
        if begin:
            self._add(inner[begin:], writing)
        elif inner:
            self._add_segment(inner, writing)
        self._fix(sentence[end:])

    def _fix(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            self._take(piece.parts or (piece.raw,))

    def _add_segment(self, pieces: Sequence[Piece], writing: Writing) -> None:
        before, inner, after = _trimmed(pieces)
        segment = Segment(inner, writing)
        if not self._is_source(segment.words):
            is_target = language_of(segment.words) == self.target
            self._fix([self._converted(piece) for piece in pieces] if is_target else pieces)
            return
        segment.line, segment.number = self.line, self.number
        for index, piece in enumerate(inner):
            if piece.parts:
                within = Document(piece.parts, (self.source, self.target), self.convert, self.told)
                for each in within.segments:
                    each.line, each.number = self.line, self.number
                self.segments += within.segments
                segment.tags[index] = within.text
        self.gaps[-1] += before
        self._passed(before + segment.raw + after)
        self.segments.append(segment)
        self.flow.append(segment)
        self.gaps.append(after)

    def _converted(self, piece: Piece) -> Piece:
        return piece._replace(raw=self.convert(piece.raw)) if piece.kind == "text" else piece

    def _is_source(self, words: str) -> bool:
        if not any(map(str.isalpha, words)) or LETTER.fullmatch(words.strip()):
            return False
        if language_of(words) == self.target or not in_script_of(self.source, words):
            self.foreign += 1
            return False
        if not self.told and len(words.split()) >= CLEAR:
            third = identify(words) not in (None, self.source, self.target)
            self.foreign += third
            self.third += third
            return not third
        return True

    def text(self, number: int = 0) -> str:
        """The document with the segments' translations: the best, or the alternative ``number``."""
        if not self.flow:
            return self.gaps[0]
        words = list(_choices(self.flow, number))
        written = [
            segment.written(word, self.target, number)
            for segment, word in zip(self.flow, words, strict=True)
        ]
        changed = [word != segment.shown for segment, word in zip(self.flow, words, strict=True)]
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
            pieces.insert(len(pieces) if end else 0, piece._replace(raw=rest))
    return pieces
