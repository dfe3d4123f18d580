"""Which token comes next, of the logits of all."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .model import Sampling

Floats = NDArray[np.float64]

LEAST = 1e-6
"""A temperature or a ``top_p`` below it is taken for it: the result is the same, and a library that
computes in 32 bits may have nothing but 0 for less."""


def probabilities(logits: Floats, temperature: float = 1.0) -> Floats:
    """Of all tokens; at temperature 0 all of it is the likeliest token's."""
    if not temperature:
        found: Floats = np.zeros(len(logits))
        found[logits.argmax()] = 1.0
        return found
    found = np.exp((logits - logits.max()) / max(temperature, LEAST))
    found /= found.sum()
    return found


def choose(logits: Floats, said: Collection[int], how: Sampling, draw: np.random.Generator) -> int:
    """The likeliest token at temperature 0, else one drawn among those that ``how`` leaves in.

    The repetition penalty divides the logits above 0 of what was ``said``, and multiplies the
    others (Keskar et al. 2019). ``top_k``, then ``top_p`` (the fewest tokens whose probabilities
    reach it), then ``min_p`` (a share of the likeliest token's) leave tokens out.
    """
    if how.repetition_penalty != 1 and said:
        places = np.fromiter(said, np.int64)
        values = logits[places]
        penalty = how.repetition_penalty
        logits = logits.copy()
        logits[places] = np.where(values > 0, values / penalty, values * penalty)
    if not how.temperature:
        return int(logits.argmax())
    shares = probabilities(logits, how.temperature)
    order = np.argsort(-shares, kind="stable")
    if how.top_k:
        order = order[: how.top_k]
    if how.top_p < 1:
        sums = np.cumsum(shares[order] / shares[order].sum())
        order = order[: int(np.searchsorted(sums, how.top_p)) + 1]
    if how.min_p:
        order = order[shares[order] >= how.min_p * shares[order[0]]]
    sums = np.cumsum(shares[order])
    place = np.searchsorted(sums, draw.random() * sums[-1], side="right")
    return int(order[min(int(place), len(order) - 1)])
