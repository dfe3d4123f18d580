"""What may come next, and how likely each token is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from nlptool.errors import RecordError
from nlptool.tasks.base import Text
from nlptool.tasks.next import Candidate, Params, Step, Table

from .answerer import Answerer, each
from .choosing import Floats, probabilities
from .model import Tokens

POINTS = 200
"""Ranks of which the probability is told, evenly by their logarithms."""
DIGITS = 6


class Foretelling(Answerer):
    """Asks for all texts together, step by step."""

    def predict(self, batch: Sequence[Text], params: Params) -> list[Table | RecordError]:
        """A table a text."""
        prompts = [self.model.encode(record.text) for record in batch]
        return each(
            prompts, self.model.context, params.steps - 1, lambda p: self._tables(p, params)
        )

    def _tables(self, prompts: Sequence[Tokens], params: Params) -> list[Table]:
        begun = [list(prompt) for prompt in prompts]
        steps: list[list[Step]] = [[] for _ in begun]
        for _ in range(params.steps):
            for prompt, found, logits in zip(begun, steps, self.model.next(begun), strict=True):
                found.append(self._step(prompt, logits, params))
                prompt.append(self.model.token(int(logits.argmax())))
        return [Table(found) for found in steps]

    def _step(self, prompt: Tokens, logits: Floats, params: Params) -> Step:
        shares = probabilities(logits, params.temperature)
        order = _order(logits, len(logits) if params.ranks else params.top_k)
        before = self.model.decode(prompt)
        best = [
            Candidate(
                self._shown(prompt[-1], self.model.token(number)),
                round(float(shares[number]), DIGITS),
            )
            for number in order[: params.top_k].tolist()
        ]
        ranks = _ranks(shares[order]) if params.ranks else UNSET
        return Step(before, best, ranks)

    def _shown(self, before: str, token: str) -> str:
        """What a token adds to the text, or its name where it is none or a part of a letter."""
        start = self.model.decode([before])
        both = self.model.decode([before, token])
        added = both[len(start) :] if both.startswith(start) else ""
        return token if not added or "\ufffd" in added else added


def _order(logits: Floats, count: int) -> NDArray[np.int64]:
    """The places of the ``count`` largest, the first of equal ones first; sorting all of a
    vocabulary takes longer than a short text's share of the model."""
    if count < len(logits):
        least = np.partition(logits, -count)[-count]
        places = np.flatnonzero(logits >= least)
    else:
        places = np.arange(len(logits))
    return places[np.argsort(-logits[places], kind="stable")][:count]


def _ranks(shares: Floats) -> list[tuple[int, float]]:
    """Ranks from 1, and the probabilities that stand there."""
    places = np.unique(np.geomspace(1, len(shares), POINTS).round().astype(int)) - 1
    return [(place + 1, float(shares[place])) for place in places.tolist()]
