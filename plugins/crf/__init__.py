"""Chinese words by a conditional random field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

from ..jieba import PURE
from ..jieba.cutter import Quick
from ..jieba.dictionary import Entry, read
from ..whole import Span, pieces, untagged, words_of

if TYPE_CHECKING:
    from .features import Array
    from .own import OwnWords

FILE = "crf.npz"
"""The weights."""
HELD = 2
"""Dictionaries that are kept for the requests to come."""
LONGEST, GROUP = 16_384, 65_536
"""Characters of one text, and of several, from which on no more are read at once: numpy is slow for
few of them, and holds 300 bytes for each."""


class Segmenter(Adapter[Text, Words]):
    """The words of Chinese text; numbers and words of other scripts in it stay whole.

    A word of the user's dictionary is one where the model does not object strongly; one with marks
    or spaces in it always is. For a search index, jieba's words inside the long ones come before
    them.
    """

    tasks = ("segment",)
    needs = {"numpy": "nlptool[words]", "rjieba": "nlptool[words]"}
    batching = Batching(count=1024, budget=1 << 17, window=1024)
    thread_safe = True

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        from .model import Model

        self.field = Model(setup.file(FILE))
        self.own = lru_cache(HELD)(self._own)
        self.inner = lru_cache(HELD)(self._inner)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder with a model of this kind."""
        return "segment" if files.has(FILE) else None

    def check(self, params: Params) -> None:
        """UsageError for parts of speech and entities, and for all words there are."""
        params.need_only(self.setup.model, "dictionary", "mode")
        if params.mode == "full":
            raise UsageError(f"model {self.setup.model} has no --mode full; say -m jieba")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        texts = [record.text for record in batch]
        found = zip(texts, self._ends(texts, params), strict=True)
        return [self._words(text, ends, params) for text, ends in found]

    def _words(self, text: str, ends: list[int], params: Params) -> Words:
        if params.mode == "accurate" and not params.offsets and PURE.fullmatch(text):
            words = [text[start:end] for start, end in zip(chain([0], ends), ends, strict=False)]
            return Words(words=[*filter(str.strip, words)])
        spans: Iterator[Span] = pairwise([0, *ends])
        if params.mode == "search":
            spans = self._searched(text, spans, params)
        return words_of(text, untagged(spans), params)

    def _searched(self, text: str, spans: Iterator[Span], params: Params) -> Iterator[Span]:
        """Before each word, the words of two and of three characters in it."""
        cutter = self.inner(params.dictionaries, params.encoding)
        for start, end in spans:
            yield from cutter.inner(text, start, end)
            yield start, end

    def _ends(self, texts: Sequence[str], params: Params) -> Iterator[list[int]]:
        """Where the texts' words end."""
        own = self.own(params.dictionaries, params.encoding) if params.dictionaries else None
        parts = [list(pieces(text, LONGEST)) for text in texts]
        given = [part for several in parts for _, part in several]
        found = iter(self._found(given, own))
        for text, several in zip(texts, parts, strict=True):
            ends: list[int] = []
            for start, _ in several:
                ends += (next(found) + start).tolist()
            yield own.with_phrases(text, ends) if own else ends

    def _found(self, texts: Sequence[str], own: OwnWords | None) -> Iterator[Array]:
        """Where words end in texts that are taken together."""
        first = size = 0
        for last, text in enumerate(texts, 1):
            size += len(text)
            if size >= GROUP or last == len(texts):
                group = texts[first:last]
                yield from self.field.word_ends(group, [*map(own.scores, group)] if own else [])
                first, size = last, 0

    def _own(self, dictionaries: tuple[str, ...], encoding: str) -> OwnWords:
        from .own import OwnWords

        return OwnWords(self._entries(dictionaries, encoding))

    def _inner(self, dictionaries: tuple[str, ...], encoding: str) -> Quick:
        return Quick(self._entries(dictionaries, encoding), hmm=False)

    def _entries(self, dictionaries: tuple[str, ...], encoding: str) -> list[Entry]:
        entries = [entry for name in dictionaries for entry in read(Path(name), encoding)]
        for entry in entries:
            if entry.frequency == 0:
                raise UsageError(
                    f"model {self.setup.model} cannot take {entry.word} out (frequency 0); "
                    "say -m jieba"
                )
        return entries
