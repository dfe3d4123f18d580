"""A segment: the sentence, or part of one, that a model translates at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlptool.errors import RecordError
from nlptool.models.languages import HAN, KANA
from nlptool.tasks.translate import Translation
from nlptool.translation.pieces import Markup, Piece

UNSPACED = ("zh", "ja")
"""Languages that put no space between words or sentences."""

WIDE_MARKS = "。，、！？；：…（）《》「」『』“”‘’"

SPACE = re.compile(r"\s+")


@dataclass
class Segment:
    """Pieces without tags, and what became of them: ``answer`` is None while there is none."""

    pieces: Sequence[Piece]
    markup: Markup
    answer: Translation | RecordError | None = None
    keeps: list[str] = field(init=False)
    shown: str = field(init=False)
    """What the model gets: one line."""

    def __post_init__(self) -> None:
        self.keeps = [piece.raw for piece in self.pieces if piece.kind == "keep"]
        words = [self._shown(piece) for piece in self.pieces]
        self.shown = SPACE.sub(" ", "".join(words)).strip()

    @property
    def raw(self) -> str:
        """The text as it stands in the document."""
        return "".join(piece.raw for piece in self.pieces)

    @property
    def words(self) -> str:
        """The text that is to be translated, without what is kept."""
        return "".join(self._shown(piece) for piece in self.pieces if piece.kind == "text")

    def written(self, translation: str) -> str:
        """A translation as it is written in the document; text that is the same stays raw."""
        if translation == self.shown:
            return self.raw
        if not self.keeps:
            return self.markup.written(translation, self.raw)
        kept = re.compile("(" + "|".join(map(re.escape, self.keeps)) + ")")
        parts = kept.split(translation)
        parts[::2] = [self.markup.written(part, self.raw) for part in parts[::2]]
        return "".join(parts)

    def _shown(self, piece: Piece) -> str:
        if piece.kind == "break":
            return " "
        return self.markup.shown(piece.raw) if piece.kind == "text" else piece.raw


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
