"""How long the answers of a window may take, where each record has its time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

FIRST = 8
"""Records that are asked together while nobody knows how long they take."""
MARGIN = 10
"""So many times as long as the records before may records take together."""


class Pace:
    """``seconds`` a record; records that are asked together have less, as those before tell: when
    they are late they are asked one by one, and each has its own time then."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.mean: float | None = None

    def allowed(self, count: int) -> float | None:
        """Seconds for so many records together; None for all that they need."""
        if self.seconds is None:
            return None
        if self.mean is None:
            return self.seconds * count
        return self.seconds + (MARGIN * self.mean * count if count > 1 else 0)

    def learn(self, count: int, seconds: float) -> None:
        """So many records took so long."""
        self.mean = max(self.mean or 0.0, seconds / count)

    def pieces(self, items: Sequence[Any]) -> list[Sequence[Any]]:
        """The records to be asked together."""
        if self.seconds is None or self.mean is not None:
            return [items]
        return [items[start : start + FIRST] for start in range(0, len(items), FIRST)]
