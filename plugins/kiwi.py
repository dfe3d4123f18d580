"""Korean words by Kiwi: the morphemes of a text, as far as they stand apart in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

from .whole import Span, words_of


class Segmenter(Adapter[Text, Words]):
    """Particles and endings by themselves; morphemes that share a letter (갔: 가 and 었) together,
    with the tags of both."""

    tasks = ("segment",)
    needs = {"kiwipiepy": "nlptool[korean]"}
    batching = Batching(count=256, window=256)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        from kiwipiepy import Kiwi

        self.kiwi = Kiwi(num_workers=setup.threads or 1)

    def check(self, params: Params) -> None:
        """UsageError for entities, and for a dictionary of the user's."""
        params.need_only(self.setup.model, "pos", "mode")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words; every mode gives the same."""
        texts = [record.text for record in batch]
        found = self.kiwi.tokenize(texts)
        return [
            words_of(text, _joined(tokens), params)
            for text, tokens in zip(texts, found, strict=True)
        ]


def _joined(tokens: Sequence[object]) -> Iterator[tuple[Span, str]]:
    """Tokens whose places overlap as one."""
    first = last = 0
    tags = ""
    for token in tokens:
        start, end = token.start, token.end  # type: ignore[attr-defined]
        tag: str = token.tag  # type: ignore[attr-defined]
        if start < last:
            last, tags = max(last, end), f"{tags}+{tag}"
            continue
        if last > first:
            yield (first, last), tags
        first, last, tags = start, end, tag
    if last > first:
        yield (first, last), tags
