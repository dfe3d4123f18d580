"""Words of the user's: what they add to the scores of the tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ..jieba.dictionary import Entry
from ..jieba.phrases import Phrases
from ..whole import Span
from .decoding import TAGS
from .features import Array

WITHIN, BESIDE = 30, 30
"""What is added on each side of a place inside a word to the tags that keep it together, and at its
ends to those that divide it from its neighbours, in the weights' units."""


class OwnWords:
    """Finds words from left to right, the longest first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        self.phrases = Phrases(entry for entry in entries if not entry.word.isalnum())
        self.words = {entry.word for entry in entries if entry.word.isalnum()}
        lengths: dict[str, set[int]] = {}
        for word in self.words:
            lengths.setdefault(word[0], set()).add(len(word))
        self.lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def scores(self, text: str) -> Array:
        """What is added to the scores of the tags of a text's characters: (4, characters)."""
        added = np.zeros((len(TAGS), len(text)), np.int32)
        b, m, e, s = range(len(TAGS))
        for start, end in self._found(text):
            added[[[b], [m]], np.arange(start, end - 1)] += WITHIN
            added[[[m], [e]], np.arange(start + 1, end)] += WITHIN
            added[[b, s], start] += BESIDE
            added[[e, s], end - 1] += BESIDE
        return added

    def with_phrases(self, text: str, ends: list[int]) -> list[int]:
        """Where words end, if those of the user's that have marks or spaces in them are words."""
        found = {*ends}
        for start, end, phrase in self.phrases.divide(text):
            if phrase is not None:
                found -= {*range(start + 1, end)}
                found |= {start, end}
        return sorted(found - {0})

    def _found(self, text: str) -> Iterator[Span]:
        at = 0
        while at < len(text):
            ends = [at + length for length in self.lengths.get(text[at], ())]
            end = next((end for end in ends if text[at:end] in self.words and end <= len(text)), 0)
            if end:
                yield at, end
            at = end or at + 1
