"""jieba's words by rjieba: the same dictionary and hidden Markov model, in Rust.

rjieba takes more characters for Chinese than jieba does, cuts numbers and Latin letters by an older
pattern, and searches in an older way. Here its answers are made jieba's own (0.42.1).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from .dictionary import BLOCK, Entry

Span = tuple[int, int]
"""Start and end of a word, in characters."""

ALONE = "\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
NOT_JIEBAS = re.compile(f"[{ALONE}]")
"""What is Chinese for rjieba alone."""
STAND_IN = "\ufffc"
"""A character that is Chinese for neither."""
SYMBOLS = re.compile(r"[a-zA-Z0-9+#&._%-]+")
SYMBOL = re.compile(r"[a-zA-Z0-9+#&._%-]")
"""What rjieba does not cut as jieba does."""
IN_SYMBOLS = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
LETTER = re.compile("[a-zA-Z0-9]")
MISSING = 3
"""What jieba's sum of its dictionary's frequencies has more than rjieba's, for it counts B超 twice.
Of two ways to cut that are equally probable the last digits choose."""
LONGEST = 16
"""Characters of the longest word in jieba's dictionary."""


class Cutter(ABC):
    """Cuts a text in jieba's three modes; white space is no word, but may come as one."""

    longest = LONGEST

    @abstractmethod
    def knows(self, word: str) -> bool:
        """Whether a word is in the dictionary."""

    @abstractmethod
    def accurate(self, text: str) -> Iterator[Span]:
        """The words that are the most probable together."""

    def words(self, text: str) -> list[str]:
        """The accurate words, and the white space between them: all of the text."""
        return [text[start:end] for start, end in self.accurate(text)]

    def search(self, text: str) -> Iterator[Span]:
        """Before each word, the words of two and of three characters in it."""
        for start, end in self.accurate(text):
            yield from self.inner(text, start, end)
            yield start, end

    def inner(self, text: str, start: int, end: int) -> Iterator[Span]:
        """The words of two and of three characters in a longer one."""
        for size in (2, 3):
            if end - start > size:
                for at in range(start, end - size + 1):
                    if self.knows(text[at : at + size]):
                        yield at, at + size

    def full(self, text: str) -> Iterator[Span]:
        """All words of the dictionary, by their start, then by their end; and what is in none."""
        done = 0
        for block in BLOCK.finditer(text):
            yield from _spaced(text, done, block.start())
            yield from self._full(text, block.start(), block.end())
            done = block.end()
        yield from _spaced(text, done, len(text))

    def _full(self, text: str, first: int, last: int) -> Iterator[Span]:
        """Latin letters and digits are joined, to a word that begins with one too."""
        covered, letters, joined = first, -1, -1
        for start in range(first, last):
            letter = LETTER.match(text[start])
            if letters >= 0 and not letter:
                yield letters, joined
                letters = -1
            most = min(start + self.longest, last)
            ends = [end for end in range(start + 1, most + 1) if self.knows(text[start:end])]
            if len(ends) > 1 or start < covered:
                for end in ends:
                    if end > start + 1:
                        yield start, end
                        covered = end
                continue
            covered = ends[0] if ends else start + 1
            if not letter:
                yield start, covered
            else:
                letters, joined = (start if letters < 0 else letters), covered
        if letters >= 0:
            yield letters, joined


class Quick(Cutter):
    """By rjieba."""

    def __init__(self, entries: Sequence[Entry], hmm: bool) -> None:
        import rjieba

        self.hmm = hmm
        # the module itself cuts by a dictionary that it has read already
        self.jieba = rjieba.Jieba() if entries else rjieba
        if entries:
            self.jieba.add_word(STAND_IN, MISSING, "x")
        for number, entry in enumerate(entries):
            old = self.jieba.suggest_freq(entry.word) - 1 if self.knows(entry.word) else 0
            self.jieba.add_word(entry.word, entry.frequency, entry.tag)
            self.longest = max(self.longest, len(entry.word))
            if old:
                # to jieba's sum of frequencies the old one still belongs; for a third of the words
                # rjieba tells one less, which matters where two ways to cut are equally probable
                self.jieba.add_word(f"{STAND_IN}{number}", old, "x")

    def knows(self, word: str) -> bool:
        """Whether a word is in the dictionary."""
        return bool(self.jieba.has_word(word))

    def words(self, text: str) -> list[str]:
        """As above, by rjieba's words themselves: places cost more."""
        if NOT_JIEBAS.search(text):
            return super().words(text)
        tokens: list[str] = self.jieba.cut(text, self.hmm)
        if not self.hmm or not SYMBOL.search(text):
            return tokens
        words: list[str] = []
        symbols = ""
        for token in tokens:
            if token.isascii() and self._is_of_symbols(token):
                symbols += token
                continue
            if symbols:
                words += filter(None, IN_SYMBOLS.split(symbols))
                symbols = ""
            words.append(token)
        return [*words, *filter(None, IN_SYMBOLS.split(symbols))]

    def accurate(self, text: str) -> Iterator[Span]:
        """The words that are the most probable together."""
        symbols = -1
        tokens = self.jieba.tokenize(NOT_JIEBAS.sub(STAND_IN, text), "default", self.hmm)
        for word, start, end in tokens:
            if self.hmm and self._is_of_symbols(word):
                symbols = start if symbols < 0 else symbols
                continue
            if symbols >= 0:
                yield from _cut_symbols(text, symbols, start)
                symbols = -1
            yield start, end
        if symbols >= 0:
            yield from _cut_symbols(text, symbols, len(text))

    def _is_of_symbols(self, word: str) -> bool:
        """Whether jieba cuts a word anew, with such words beside it."""
        return bool(SYMBOLS.fullmatch(word)) and (len(word) == 1 or not self.knows(word))


def _cut_symbols(text: str, start: int, end: int) -> Iterator[Span]:
    for part in filter(None, IN_SYMBOLS.split(text[start:end])):
        yield start, start + len(part)
        start += len(part)


def _spaced(text: str, start: int, end: int) -> Iterator[Span]:
    for found in re.compile(r"\S+").finditer(text, start, end):
        yield found.span()
