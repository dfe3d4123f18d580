"""Chinese words as jieba cuts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import msgspec
from msgspec import UNSET

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

from .cutter import Cutter, Quick, Span
from .dictionary import Entry, read
from .original import Slow, Tagger

HELD = 2
"""Dictionaries that are kept for the requests to come."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``hmm``: find words that are not in the dictionary."""

    hmm: bool = True


class Segmenter(Adapter[Text, Words]):
    """The words of Chinese text, and of what stands in it in other scripts; no white space."""

    tasks = ("segment",)
    needs = {"rjieba": "nlptool[words]"}
    batching = Batching(count=128, window=128)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.hmm = setup.read_options(Options).hmm
        self.cutter = lru_cache(HELD)(self._cutter)
        self.tagger = lru_cache(HELD)(self._tagger)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder with a dictionary."""
        own = files.has("*dict*.txt") and not files.has("config.json")
        return "segment" if own else None

    def check(self, params: Params) -> None:
        """UsageError for entities, and for parts of speech in another mode than ``accurate``."""
        params.need_only(self.setup.model, "pos", "dictionary", "mode")
        if params.pos and params.mode != "accurate":
            raise UsageError(f"jieba gives no parts of speech in the mode {params.mode}")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        return [self._words(record.text, params) for record in batch]

    def _words(self, text: str, params: Params) -> Words:
        if params == Params(dictionary=params.dictionary):
            return Words(words=self.cutter(params.dictionary).words(text))
        if params.pos:
            cut: Iterable[tuple[Span, str]] = self.tagger(params.dictionary).tag(text)
        else:
            spans = getattr(self.cutter(params.dictionary), params.mode)(text)
            cut = zip(spans, repeat(""))
        found = [(span, tag) for span, tag in cut if text[slice(*span)].strip()]
        return Words(
            words=[text[start:end] for (start, end), _ in found],
            pos=[tag for _, tag in found] if params.pos else UNSET,
            spans=[span for span, _ in found] if params.offsets else UNSET,
        )

    def _cutter(self, dictionary: str | None) -> Cutter:
        entries = _entries(dictionary)
        taken = any(entry.frequency == 0 for entry in entries)
        return Slow(entries, self.hmm) if taken else Quick(entries, self.hmm)

    def _tagger(self, dictionary: str | None) -> Tagger:
        return Tagger(_entries(dictionary), self.hmm)


def _entries(dictionary: str | None) -> list[Entry]:
    return read(Path(dictionary)) if dictionary else []
