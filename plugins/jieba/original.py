"""What only jieba itself can do: parts of speech, and words taken out of its dictionary."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from nlptool.errors import library_missing

from .cutter import LONGEST, Cutter, Span
from .dictionary import Entry

PIECE = re.compile(
    r".{1,1000}(?<=[^\u4e00-\u9fd5a-zA-Z0-9+#&._%-])|.{1,1000}",
    re.DOTALL,
)
"""Up to 1,000 characters that end where jieba ends a block anyway, if there is such a place: its
Viterbi takes time by the square of a block's length."""


def tokenizer(entries: Sequence[Entry]) -> Any:
    """jieba's, without the cache file in /tmp that anybody could have written; ModelError where
    jieba is missing."""
    try:
        with warnings.catch_warnings():
            # jieba's source has escapes that Python 3.12 warns of, when it compiles them
            warnings.simplefilter("ignore")
            import jieba
            import jieba.posseg
    except ImportError as error:
        raise library_missing("jieba", "nlptool[jieba]") from error
    jieba.setLogLevel("CRITICAL")
    made = jieba.Tokenizer()
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    for entry in entries:
        made.add_word(*entry)
    return made


class Slow(Cutter):
    """By jieba."""

    def __init__(self, entries: Sequence[Entry], hmm: bool) -> None:
        self.hmm = hmm
        self.jieba = tokenizer(entries)
        self.longest = max([LONGEST, *(len(entry.word) for entry in entries)])

    def knows(self, word: str) -> bool:
        """Whether a word is in the dictionary."""
        return bool(self.jieba.FREQ.get(word))

    def accurate(self, text: str) -> Iterator[Span]:
        """The words that are the most probable together."""
        for piece in PIECE.finditer(text):
            for _, start, end in self.jieba.tokenize(piece[0], HMM=self.hmm):
                yield piece.start() + start, piece.start() + end


class Tagger:
    """Words with their parts of speech."""

    def __init__(self, entries: Sequence[Entry], hmm: bool) -> None:
        self.hmm = hmm
        made = tokenizer(entries)
        from jieba.posseg import POSTokenizer

        self.jieba = POSTokenizer(made)
        self.cutter = Slow(entries, hmm)

    def accurate(self, text: str) -> Iterator[tuple[Span, str]]:
        """Each word's place and part of speech."""
        start = 0
        for piece in PIECE.finditer(text):
            for word, tag in self.jieba.cut(piece[0], HMM=self.hmm):
                yield (start, start + len(word)), tag
                start += len(word)

    def search(self, text: str) -> Iterator[tuple[Span, str]]:
        """Before each word, the words of two and of three characters in it."""
        for (start, end), tag in self.accurate(text):
            for span in self.cutter.inner(text, start, end):
                yield span, self._tag_of(text[slice(*span)])
            yield (start, end), tag

    def full(self, text: str) -> Iterator[tuple[Span, str]]:
        """All words of the dictionary."""
        for span in self.cutter.full(text):
            yield span, self._tag_of(text[slice(*span)])

    def _tag_of(self, word: str) -> str:
        """The dictionary's tag, or else the one that jieba gives letters, digits and the rest."""
        self.jieba.makesure_userdict_loaded()
        tag: str | None = self.jieba.word_tag_tab.get(word)
        return tag or ("m" if word[:1].isdigit() else "eng" if word.isascii() else "x")
