"""Words between the boundaries of Unicode (UAX #29), for languages that put spaces between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words


class Tokenizer(Adapter[Text, Words]):
    """Words, numbers and marks, without white space; every mode gives the same."""

    tasks = ("segment",)
    needs = {"regex": "nlptool[words]"}
    batching = Batching(count=1024, window=1024)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import regex

        self.split = regex.compile(r"(?V1w)\b").split

    def check(self, params: Params) -> None:
        """Every mode is the same here."""
        params.need_only(self.setup.model, "mode")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        if params.offsets:
            return [self._with_spans(record.text) for record in batch]
        return [Words([w for w in self.split(r.text) if w and not w.isspace()]) for r in batch]

    def _with_spans(self, text: str) -> Words:
        found = list(self._spans(text))
        return Words([text[start:end] for start, end in found], UNSET, found)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        start = 0
        for word in self.split(text):
            end = start + len(word)
            if word and not word.isspace():
                yield start, end
            start = end
