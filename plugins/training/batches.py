"""The order in which examples are seen: batches of like length, shuffled anew each epoch."""

from __future__ import annotations

import random
from collections.abc import Sequence

POOL = 100
"""Batches that are sorted by length together: many waste no padding, few keep the order random."""


def shuffled(
    lengths: Sequence[tuple[int, int]], size: int, seed: int, epoch: int
) -> list[list[int]]:
    """Indexes in batches of ``size`` examples whose text, and then answer, are of like length;
    seed and epoch alone decide, so that a run can go on."""
    dice = random.Random(f"{seed}/{epoch}")  # noqa: S311
    indexes = list(range(len(lengths)))
    dice.shuffle(indexes)
    batches: list[list[int]] = []
    for start in range(0, len(indexes), size * POOL):
        pool = sorted(indexes[start : start + size * POOL], key=lengths.__getitem__)
        batches += cut(pool, size)
    dice.shuffle(batches)
    return batches


def by_length(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Indexes in batches of ``size``, from the shortest to the longest."""
    return cut(sorted(range(len(lengths)), key=lengths.__getitem__), size)


def cut(indexes: list[int], size: int) -> list[list[int]]:
    """The indexes in pieces of ``size``, the last one as long as it is."""
    return [indexes[start : start + size] for start in range(0, len(indexes), size)]
