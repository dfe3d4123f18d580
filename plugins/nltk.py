"""Stemming by NLTK's algorithms, run by PyStemmer where that gives the same answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Stem

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``algorithm``: a name that PyStemmer knows."""

    algorithm: str = "porter"


class Stemmer(Adapter[Text, Stem]):
    """Every word of a text by its stem."""

    tasks = ("stem",)
    needs = {"Stemmer": "nlptool[stem]"}
    batching = Batching(count=4096, window=4096)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import Stemmer as pystemmer

        self.stem = pystemmer.Stemmer(setup.read_options(Options).algorithm).stemWord

    def predict(self, batch: Sequence[Text]) -> list[Stem]:
        """The texts with their words stemmed."""
        stem = self.stem
        return [Stem(WORD.sub(lambda m: stem(m[0].lower()), record.text)) for record in batch]
