"""Chinese words as jieba cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

from ..whole import joined, untagged, words_at, words_of
from .cutter import Cutter, Quick, Span
from .dictionary import Entry, read
from .original import Slow, Tagger
from .phrases import divided

HELD = 2
"""Dictionaries that are kept for the requests to come."""

PURE = re.compile(
    "[\u4e00-\u9fd5\u2010-\u2027\u3000-\u3003\u3008-\u3020\uff01-\uff0f\uff1a-\uff20 ]*"
)
"""Characters of Chinese and its punctuation, nothing of which is to be kept whole."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``hmm``: find words that are not in the dictionary. ``whole``: numbers and words of other
    scripts, with the marks inside them, and emoji stay whole (3.6.3, report.pdf, café), which jieba
    cuts to pieces."""

    hmm: bool = True
    whole: bool = True


class Cut:
    """What a dictionary of the user's makes of jieba's, loaded as far as it is needed."""

    def __init__(self, entries: Sequence[Entry], hmm: bool) -> None:
        self.entries, self.phrases = divided(entries)
        self.hmm = hmm

    @cached_property
    def cutter(self) -> Cutter:
        """The words."""
        taken = any(entry.frequency == 0 for entry in self.entries)
        return Slow(self.entries, self.hmm) if taken else Quick(self.entries, self.hmm)

    @cached_property
    def tagger(self) -> Tagger:
        """The words with their parts of speech."""
        return Tagger(self.entries, self.hmm)

    def spans(self, text: str, params: Params) -> Iterator[tuple[Span, str]]:
        """The words' places, with their parts of speech where these are asked for."""
        if not self.phrases.tags:
            yield from self._spans(text, params)
            return
        for start, end, phrase in self.phrases.divide(text):
            if phrase is not None:
                yield (start, end), phrase
                continue
            for (first, last), tag in self._spans(text[start:end], params):
                yield (start + first, start + last), tag

    def _spans(self, text: str, params: Params) -> Iterable[tuple[Span, str]]:
        if params.pos:
            tagger = self.tagger
            tagged = {"full": tagger.full, "search": tagger.search}.get(params.mode)
            return (tagged or tagger.accurate)(text)
        cutter = self.cutter
        cut = {"full": cutter.full, "search": cutter.search}.get(params.mode, cutter.accurate)
        return untagged(cut(text))


class Segmenter(Adapter[Text, Words]):
    """The words of Chinese text, and of what stands in it in other scripts; no white space."""

    tasks = ("segment",)
    needs = {"rjieba": "nlptool[words]"}
    batching = Batching(count=2048, window=2048)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.options = setup.read_options(Options)
        self.cut = lru_cache(HELD)(self._cut)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder with a dictionary."""
        own = files.has("*dict*.txt") and not files.has("config.json")
        return "segment" if own else None

    def check(self, params: Params) -> None:
        """UsageError for entities."""
        params.need_only(self.setup.model, "pos", "dictionary", "mode")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        cut = self.cut(params.dictionaries, params.encoding)
        plain = params.mode == "accurate" and not (params.pos or params.offsets)
        if plain and not cut.phrases.tags:
            return [self._words(record.text, cut) for record in batch]
        return [self._found(record.text, cut, params) for record in batch]

    def _words(self, text: str, cut: Cut) -> Words:
        words = cut.cutter.words(text)
        if self.options.whole and not PURE.fullmatch(text):
            words = joined(text, words)
        return Words(words=[*filter(str.strip, words)])

    def _found(self, text: str, cut: Cut, params: Params) -> Words:
        kept = self.options.whole and params.mode != "full"
        return (words_of if kept else words_at)(text, cut.spans(text, params), params)

    def _cut(self, dictionaries: tuple[str, ...], encoding: str) -> Cut:
        entries = [entry for name in dictionaries for entry in read(Path(name), encoding)]
        return Cut(entries, self.options.hmm)
