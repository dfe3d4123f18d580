"""Words, parts of speech and names by LAC's network (Jiao et al. 2018), as Baidu trained it.

The model's folder has ``model``, the network as Paddle 1 wrote it, and ``conf``, its dictionaries.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from msgspec import UNSET

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Entity, Params, Words

from ..paddle.predictor import check_device
from ..paddle.predictors import Predictors
from .lexicon import Lexicon

PIECE = re.compile(r".{1,500}\Z|.{1,500}(?<=[。！？!?；;，,\s])|.{1,500}", re.DOTALL)
"""What the network reads at once: a text of up to 500 characters whole, of a longer one as much as
ends with a mark."""
ENTITIES = ("PER", "LOC", "ORG", "TIME")

Token = tuple[int, int, str]
"""A word's start and end in characters, and its tag."""


class Lac(Adapter[Text, Words]):
    """LAC's own cut of a text, but that white space is in no word."""

    tasks = ("segment",)
    needs = {"paddle": "nlptool[paddle]"}
    batching = Batching(count=512, window=512)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.lexicon = Lexicon(setup)
        self.predictors = Predictors(setup, "model", onednn=False)

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA where the installed Paddle was built for it."""
        check_device(device)

    def check(self, params: Params) -> None:
        """UsageError for a dictionary or a mode."""
        params.need_only(self.setup.model, "pos", "entities")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        pieces = [PIECE.findall(record.text) for record in batch]
        tags = self._tags([piece for several in pieces for piece in several])
        return [
            _words(record.text, list(chain.from_iterable(islice(tags, len(several)))), params)
            for record, several in zip(batch, pieces, strict=True)
        ]

    def close(self) -> None:
        """End the threads."""
        self.predictors.close()

    def _tags(self, pieces: Sequence[str]) -> Iterator[list[str]]:
        """For each piece the tags of its characters."""
        import numpy as np

        read = [self.lexicon.read(piece) for piece in pieces]
        share = max(1, math.ceil(len(read) / self.predictors.count))
        groups = [read[start : start + share] for start in range(0, len(read), share)]
        given = [
            (
                {"words": np.array([number for piece in group for number in piece.ids])[:, None]},
                [len(piece.ids) for piece in group],
            )
            for group in groups
        ]
        numbers = chain.from_iterable(
            found.ravel().tolist() for (found,) in self.predictors.run(given)
        )
        for piece in read:
            tags: list[str] = []
            for length in piece.lengths:
                tag = self.lexicon.tags[next(numbers)]
                tags += [tag, *[f"{tag.partition('-')[0]}-I"] * (length - 1)]
            tags[0] = f"{tags[0].partition('-')[0]}-B"
            yield tags


def _words(text: str, tags: Sequence[str], params: Params) -> Words:
    found = list(tokens(text, tags))
    return Words(
        words=[text[start:end] for start, end, _ in found],
        pos=[tag for _, _, tag in found] if params.pos else UNSET,
        spans=[(start, end) for start, end, _ in found] if params.offsets else UNSET,
        entities=[
            Entity(text[start:end], tag, start, end) for start, end, tag in found if tag in ENTITIES
        ]
        if params.entities
        else UNSET,
    )


def tokens(text: str, tags: Sequence[str]) -> Iterator[Token]:
    """The words that the characters' tags make; a word's tag is that of its last character."""
    start = 0
    for end, character in enumerate(text, 1):
        blank = character.isspace()
        if blank or end == len(text) or text[end].isspace() or not tags[end].endswith("-I"):
            if not blank:
                yield start, end, tags[end - 1].partition("-")[0]
            start = end
