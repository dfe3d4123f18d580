"""Thai words by the dictionary of PyThaiNLP."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

from .whole import Span, words_of


class Segmenter(Adapter[Text, Words]):
    """The fewest words of the dictionary; every mode gives the same."""

    tasks = ("segment",)
    needs = {"pythainlp": "nlptool[thai]"}
    batching = Batching(count=256, window=256)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        # it would make a folder in the user's home
        os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
        from pythainlp.tag import pos_tag
        from pythainlp.tokenize import word_tokenize

        self.cut = word_tokenize
        self.tag = pos_tag

    def check(self, params: Params) -> None:
        """UsageError for entities, and for a dictionary of the user's."""
        params.need_only(self.setup.model, "pos", "mode")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        return [words_of(record.text, self._cut(record.text, params), params) for record in batch]

    def _cut(self, text: str, params: Params) -> Iterator[tuple[Span, str]]:
        words = self.cut(text, engine="newmm", keep_whitespace=True)
        kept = [word for word in words if word.strip()]
        tags = iter(self.tag(kept, corpus="orchid_ud") if params.pos and kept else ())
        start = 0
        for word in words:
            end = start + len(word)
            if word.strip():
                yield (start, end), next(tags, ("", ""))[1]
            start = end
