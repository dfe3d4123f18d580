"""What a scorer is."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

Confusion = dict[str, dict[str, int]]


class Scores(msgspec.Struct, frozen=True):
    """``values`` by their names, from 0 to 1 where they are ``shares``; ``confusion`` counts
    predictions by true label."""

    values: dict[str, float]
    confusion: Confusion = {}
    shares: bool = True


class Scorer(Protocol):
    """Takes the results of one model one after the other."""

    columns: tuple[str, ...]
    """Where the truth stands if the user does not say: the first of these that a row has."""

    def add(self, truth: Any, result: Any) -> None:
        """Count one result, None where the model failed; RecordError for a truth it cannot read."""

    def scores(self) -> Scores:
        """The scores of all that was added."""
