"""A segment: the sentence, or part of one, that a model translates at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nlptool.errors import RecordError
from nlptool.models.languages import HAN, KANA
from nlptool.tasks.translate import Translation
from nlptool.translation.pieces import Piece, Writing
from nlptool.translation.placement import Span, nested, place
from nlptool.translation.tags import pairs

UNSPACED = ("zh", "ja")
"""Languages that put no space between words or sentences."""

WIDE_MARKS = "。，、！？；：…（）《》「」『』“”‘’"

SPACE = re.compile(r"\s+")


@dataclass
class Segment:
    """Pieces, every tag among them with its partner, and what became of them: ``answer`` is None
    while there is none. ``spans`` are translations of what stands between two tags."""

    pieces: Sequence[Piece]
    writing: Writing
    answer: Translation | RecordError | None = None
    spans: dict[str, str] = field(default_factory=dict)
    tags: dict[int, Callable[[int], str]] = field(default_factory=dict)
    """How tags are written whose own parts are translated, by index; see Document.text."""
    faults: dict[str, list[str]] = field(default_factory=dict)
    """What looks wrong with the answer, by name; see Translation."""
    line: int = 1
    number: int = 1
    """Where it begins: the line of the document, and which of its texts."""
    keeps: list[str] = field(init=False)
    shown: str = field(init=False)
    """What the model gets: one line."""
    marks: list[Span] = field(init=False)

    def __post_init__(self) -> None:
        self.keeps = [piece.raw for piece in self.pieces if piece.kind == "keep"]
        self.shown = ""
        places = []
        for piece in self.pieces:
            places.append(len(self.shown))
            if piece.kind not in ("tag", "mark"):
                words = SPACE.sub(" ", self._shown(piece))
                self.shown += words.lstrip() if self.shown[-1:] in ("", " ") else words
        self.shown = self.shown.rstrip()
        partners = pairs(self.pieces).items()
        length = len(self.shown)
        self.marks = nested(
            [
                Span(min(places[one], length), min(places[other], length), (one, other))
                for one, other in partners
                if one <= other
            ]
        )

    @property
    def raw(self) -> str:
        """The text as it stands in the document."""
        return self._raw(0)

    @property
    def words(self) -> str:
        """The text that is to be translated, without what is kept."""
        return "".join(self._shown(piece) for piece in self.pieces if piece.kind == "text")

    @property
    def tagged(self) -> list[str]:
        """The words between two tags, which are translated by themselves too."""
        open_, found = list(self.marks), []
        while open_:
            span = open_.pop()
            open_ += span.inner
            text = self.shown[span.start : span.end]
            if any(map(str.isalpha, text)) and text not in self.keeps:
                found.append(text)
        return found

    def is_sure(self, translation: str) -> bool:
        """Whether each tag was found its words in the translation."""
        open_ = self._placed(translation)
        while open_:
            span = open_.pop()
            open_ += span.inner
            if not span.sure:
                return False
        return True

    def written(self, translation: str, language: str, number: int = 0) -> str:
        """A translation as it is written in the document; text that is the same stays raw."""
        if translation == self.shown:
            return self._raw(number)
        spaced = language not in UNSPACED
        whole = Span(0, len(translation), (-1, -1), self._placed(translation))
        return self._within(whole, translation, number, spaced=spaced)

    def _placed(self, translation: str) -> list[Span]:
        if not self.marks:
            return []
        return place(self.marks, self.shown, translation, self.spans, self.keeps)

    def _within(self, span: Span, text: str, number: int, *, spaced: bool) -> str:
        """The text of a span, and in it the spans inside."""
        parts: list[str] = []
        position = span.start
        for inner in span.inner:
            parts.append(self._plain(text[position : inner.start]))
            content = self._within(inner, text, number, spaced=spaced)
            before, after = text[: inner.start][-1:], text[inner.end :][:1]
            one, other = inner.tags
            if one != other:
                opening, closing = self._tag(one, number), self._tag(other, number)
                content = self.writing.around(opening, content, closing, before, after)
            else:
                gap = " " if spaced and before == " " and after and self._is_spaced(one) else ""
                content = self._tag(one, number) + gap
            parts.append(content)
            position = inner.end
        return "".join([*parts, self._plain(text[position : span.end])])

    def _is_spaced(self, index: int) -> bool:
        """Whether a mark has white space before it."""
        return index > 0 and self.pieces[index - 1].raw[-1:].isspace()

    def _plain(self, text: str) -> str:
        """Text as it is written, what is kept in it as it stands."""
        raw = "".join(piece.raw for piece in self.pieces if piece.kind not in ("tag", "mark"))
        if not self.keeps:
            return self.writing.written(text, raw) if text else ""
        kept = re.compile("(" + "|".join(map(re.escape, self.keeps)) + ")")
        parts = kept.split(text)
        parts[::2] = [self.writing.written(part, raw) if part else "" for part in parts[::2]]
        return "".join(parts)

    def _raw(self, number: int) -> str:
        return "".join(self._tag(index, number) for index in range(len(self.pieces)))

    def _tag(self, index: int, number: int) -> str:
        return self.tags[index](number) if index in self.tags else self.pieces[index].raw

    def _shown(self, piece: Piece) -> str:
        if piece.kind == "break":
            return " "
        return self.writing.shown(piece.raw) if piece.kind == "text" else piece.raw


def joint(left: str, gap: str, right: str, language: str) -> str:
    """The white space between two translated pieces of text, as the target language has it."""
    if gap.strip(" \t\u00a0") or not (left and right):
        return gap
    if language in UNSPACED:
        return "" if _wide(left[-1]) and _wide(right[0]) else gap
    glued = left[-1] in "([{\"'“‘/" or right[0] in ")]}\"'”’.,;:!?/%"
    return gap or ("" if glued else " ")


def _wide(character: str) -> bool:
    """Whether a character is written without a space beside it: Chinese or Japanese."""
    return bool(HAN.match(character) or KANA.match(character)) or character in WIDE_MARKS
