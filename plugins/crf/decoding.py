"""The best tags of many pieces of text at once (Viterbi 1967), by numpy."""

from __future__ import annotations

import numpy as np

from .features import Array

TAGS = "BMES"
"""A word's beginning, middle and end, and a word of one character."""
BEFORE = {"B": "ES", "M": "BM", "E": "BM", "S": "ES"}
"""What may stand before a tag; a piece ends with what may stand before a word."""


class Steps:
    """Pieces side by side, the longest first: their characters by their place in the piece, so that
    each step is one run of an array, and what has ended is at the run's end."""

    def __init__(self, starts: Array, lengths: Array) -> None:
        """``starts`` and ``lengths``: those of the pieces in the stream, none empty."""
        order = np.argsort(-lengths, kind="stable")
        starts, lengths = starts[order], lengths[order]
        longest = int(lengths[0]) if len(lengths) else 0
        self.active = np.searchsorted(-lengths, -np.arange(longest), "left").tolist()
        self.ends = np.cumsum(self.active).tolist()
        self.places = np.concatenate(
            [starts[:count] + at for at, count in enumerate(self.active)] or [starts]
        )

    def runs(self) -> list[slice]:
        """Each step's part of ``places``."""
        return [slice(end - count, end) for end, count in zip(self.ends, self.active, strict=True)]


def word_ends(scores: Array, transitions: Array, steps: Steps) -> Array:
    """Whether a word ends at each of ``steps.places``: the best path's tags are E or S.

    ``scores``: (4, places), int32, by TAGS; ``transitions``: (4, 4), from a tag to the next.
    """
    runs = steps.runs()
    second = np.zeros((4, scores.shape[1]), np.bool_)
    ends = np.zeros(scores.shape[1], np.bool_)
    if not runs:
        return ends
    moves = {
        tag: [(TAGS.index(old), transitions[TAGS.index(old), number]) for old in BEFORE[tag]]
        for number, tag in enumerate(TAGS)
    }
    never = np.int32(-(1 << 28))
    best = scores[:, runs[0]] + np.array([[0], [never], [never], [0]], np.int32)
    last = [best]
    for run in runs[1:]:
        count = run.stop - run.start
        new = scores[:, run].copy()
        for number, tag in enumerate(TAGS):
            (one, cost), (two, other) = moves[tag]
            a, b = best[one, :count] + cost, best[two, :count] + other
            np.greater(b, a, out=second[number, run])
            new[number] += np.maximum(a, b)
        best = new
        last.append(best)
    tags = np.zeros(0, np.int64)
    olds = np.array([[TAGS.index(old) for old in BEFORE[tag]] for tag in TAGS])
    for at in range(len(runs) - 1, -1, -1):
        run, final = runs[at], last[at]
        ended = final[:, len(tags) :]
        fresh = np.where(ended[3] > ended[2], 3, 2)
        tags = np.concatenate([tags, fresh])
        ends[run] = tags >= 2
        tags = olds[tags, second[tags, np.arange(run.start, run.stop)].astype(np.int64)]
    return ends
