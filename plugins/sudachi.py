"""Japanese words by SudachiPy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

from .whole import Span, pieces, words_of

LONGEST = 10_000
"""Characters; Sudachi takes texts of at most 49,149 bytes."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``dictionary``: small comes with the extra; core and full are SudachiDict-core and -full."""

    dictionary: Literal["small", "core", "full"] = "small"


class Segmenter(Adapter[Text, Words]):
    """Sudachi's longest words; in the modes for search indexes its shortest besides."""

    tasks = ("segment",)
    needs = {"sudachipy": "nlptool[japanese]", "sudachidict_small": "nlptool[japanese]"}
    batching = Batching(count=256, window=256)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        from sudachipy import Dictionary, SplitMode

        dictionary = Dictionary(dict=setup.read_options(Options).dictionary)
        self.tokenizer = dictionary.tokenizer(mode=SplitMode.C)
        self.shortest = SplitMode.A

    def check(self, params: Params) -> None:
        """UsageError for entities, and for a dictionary of the user's."""
        params.need_only(self.setup.model, "pos", "mode")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        return [words_of(record.text, self._cut(record.text, params), params) for record in batch]

    def _cut(self, text: str, params: Params) -> Iterator[tuple[Span, str]]:
        for start, piece in pieces(text, LONGEST):
            for word in self.tokenizer.tokenize(piece):
                short = word.split(self.shortest) if params.mode != "accurate" else ()
                for each in (*(short if len(short) > 1 else ()), word):
                    yield (start + each.begin(), start + each.end()), each.part_of_speech()[0]
