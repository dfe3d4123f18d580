"""Words of the user's that jieba never finds, for the marks, spaces or letters that are in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .dictionary import BLOCK, Entry

ALNUM = re.compile("[A-Za-z0-9]")


class Phrases:
    """Words that are found before all others, the longest first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.tags: Mapping[str, str] = {entry.word: entry.tag or "x" for entry in entries}
        words = sorted(self.tags, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(_pattern, words)) or r"(?!)")

    def divide(self, text: str) -> Iterator[tuple[int, int, str | None]]:
        """The text's parts, one after the other, of phrases with their tags."""
        done = 0
        if self.tags:
            for found in self.pattern.finditer(text):
                if found.start() > done:
                    yield done, found.start(), None
                yield found.start(), found.end(), self.tags[found[0]]
                done = found.end()
        if done < len(text) or not text:
            yield done, len(text), None


def _pattern(word: str) -> str:
    """The word, where it is not part of one of the same letters."""
    start = r"(?<![A-Za-z0-9])" if ALNUM.match(word[0]) else ""
    end = r"(?![A-Za-z0-9])" if ALNUM.match(word[-1]) else ""
    return start + re.escape(word) + end


def divided(entries: Iterable[Entry]) -> tuple[list[Entry], Phrases]:
    """The entries that jieba finds, and the others; those of frequency 0 are no words at all."""
    words: list[Entry] = []
    phrases: list[Entry] = []
    for entry in entries:
        (words if BLOCK.fullmatch(entry.word) else phrases).append(entry)
    return words, Phrases(entry for entry in phrases if entry.frequency != 0)
