"""Questions to word vectors, by numpy: gensim's KeyedVectors without gensim's import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from nlptool.errors import RecordError
from nlptool.tasks.vectors import Vectors
from nlptool.tasks.word2vec import SHOWN, Neighbour

from .spelling import near

CELLS = 1 << 24
"""Scores that are held at a time."""
BLOCK = 1024
"""Scores of which the best one is looked at first."""
DIGITS = 6
"""Decimals of a cosine that float32 can vouch for, however its products were batched."""
SUGGESTIONS = 100
"""Unknown words that get near ones suggested; then a stream of them would only wait."""


class Point(NamedTuple):
    """A word's vector, and its row where it has one."""

    vector: Any
    row: int | None


class Sum(NamedTuple):
    """A direction, as a unit vector, and the rows of the words that it was made from."""

    direction: Any
    rows: tuple[int, ...]


class Space:
    """Words as points: ``vectors`` with what is needed to compare them."""

    def __init__(self, vectors: Vectors) -> None:
        self.words = vectors.words
        self.matrix = vectors.matrix
        self.lower = vectors.lower
        self.subwords = vectors.subwords
        self.index = {word: row for row, word in enumerate(vectors.words)}
        self.left = SUGGESTIONS
        self.refusal = lru_cache(self._refusal)

    @cached_property
    def norms(self) -> Any:
        """Each row's length; of a row of zeros infinite, so that it is near to nothing."""
        import numpy as np

        norms = np.linalg.norm(self.matrix, axis=1)
        return np.where(norms > 0, norms, np.float32("inf"))

    def knows(self, word: str) -> bool:
        """Whether a word has a vector."""
        return bool(self.subwords) or (word.lower() if self.lower else word) in self.index

    def point(self, word: str) -> Point:
        """A word's vector; that of its parts where it is not known and parts have vectors.

        RecordError with near spellings where it has none.
        """
        word = word.lower() if self.lower else word
        row = self.index.get(word)
        if row is not None:
            return Point(self.matrix[row], row)
        if self.subwords is None:
            raise RecordError(self.refusal(word))
        from .fasttext import vector_of

        return Point(vector_of(word, self.subwords), None)

    def _refusal(self, word: str) -> str:
        self.left -= 1
        found = near(word, self.words) if self.left >= 0 else []
        hint = f"; did you mean {' or '.join(found)}?" if found else ""
        return f"{word[:SHOWN]} is not in the vocabulary{hint}"

    def vector(self, word: str) -> list[float]:
        """A word's vector, each value the shortest decimal that is its float32."""
        return [float(str(value)) for value in self.point(word).vector]

    def _unit(self, word: str) -> Any:
        import numpy as np

        vector = self.point(word).vector
        return vector / (np.linalg.norm(vector) or 1)

    def similarity(self, one: str, other: str) -> float:
        """The cosine of two words."""
        return round(float(self._unit(one) @ self._unit(other)), DIGITS)

    def odd_one(self, words: Sequence[str]) -> str:
        """The word farthest from the mean of all, the first of equals."""
        import numpy as np

        units = np.stack([self._unit(word) for word in words])
        return words[int(np.argmin(units @ units.mean(axis=0)))]

    def sum(self, add: Sequence[str], take: Sequence[str]) -> Sum:
        """The direction of the words' unit vectors, added and taken away."""
        import numpy as np

        words = [*add, *take]
        rows = tuple(row for word in words if (row := self.point(word).row) is not None)
        signs = [1] * len(add) + [-1] * len(take)
        total = sum(sign * self._unit(word) for sign, word in zip(signs, words, strict=True))
        return Sum(total / (np.linalg.norm(total) or 1), rows)

    def nearest(self, sums: Sequence[Sum], top: int) -> Iterator[list[Neighbour]]:
        """The ``top`` words nearest to each direction, without the words it was made from."""
        import numpy as np

        some = max(1, CELLS // max(1, len(self.words)))
        rest = iter(sums)
        while part := list(islice(rest, some)):
            directions = np.stack([one.direction for one in part])
            scores = directions @ self.matrix.T
            scores /= self.norms
            for one, row in zip(part, scores, strict=True):
                yield self._top(row, one.rows, top)

    def _top(self, scores: Any, without: tuple[int, ...], top: int) -> list[Neighbour]:
        import numpy as np

        best = np.flatnonzero(scores >= _reached(scores, min(len(scores), top + len(without))))
        best = best[np.lexsort((best, -scores[best]))]
        rows = [int(row) for row in best if row not in without][:top]
        return [Neighbour(self.words[row], round(float(scores[row]), DIGITS)) for row in rows]


def _reached(scores: Any, count: int) -> Any:
    """A score that at least ``count`` reach, and few more: the best ones of blocks tell."""
    import numpy as np

    blocks = len(scores) // BLOCK
    if blocks >= count:
        scores = scores[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
    place = len(scores) - count
    return np.partition(scores, place)[place]
