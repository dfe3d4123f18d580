"""N-grams that nlptool ngram train counted."""

from __future__ import annotations

import random
from collections.abc import Sequence

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import ModelError, RecordError, UsageError
from nlptool.ngrams import END, SUFFIX, Likely, load
from nlptool.tasks.base import Text
from nlptool.tasks.ngram import Next, NgramAnswer, Params


class Ngram(Adapter[Text, NgramAnswer]):
    """Tables and texts from one file of counts."""

    tasks = ("ngram",)
    one_file = True
    batching = Batching(count=256, window=256)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if setup.folder is None:
            raise ModelError(f"model {setup.model} has no file of n-grams")
        self.ngrams = load(setup.folder)
        self.made: dict[tuple[int, str], Likely] = {}

    def check(self, params: Params) -> None:
        """No order above what was counted."""
        if params.order > self.ngrams.n:
            raise UsageError(f"{self.setup.model} has n-grams up to {self.ngrams.n}")

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A file of counts, by its name."""
        return "ngram" if files.has(f"*{SUFFIX}") else None

    def predict(self, batch: Sequence[Text], params: Params) -> list[NgramAnswer | RecordError]:
        """What may follow the beginnings."""
        likely = self._likely(params)
        return [self._answer(likely, record.text, params) for record in batch]

    def _likely(self, params: Params) -> Likely:
        key = (params.order, params.smoothing)
        if key not in self.made:
            self.made[key] = Likely(self.ngrams, params.order, params.smoothing)
        return self.made[key]

    def _answer(self, likely: Likely, text: str, params: Params) -> NgramAnswer | RecordError:
        if params.verb == "sample":
            draw = random.Random(f"{params.seed} {text}")  # noqa: S311
            return NgramAnswer(texts=[likely.sample(text, draw) for _ in range(params.count)])
        found = likely.next(text, params.count)
        if not found:
            return RecordError(f"nothing was counted after {text[-60:]!r}")
        return NgramAnswer([Next("" if u == END else u, round(p, 6)) for u, p in found])
