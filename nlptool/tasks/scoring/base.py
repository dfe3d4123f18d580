"""What a scorer is."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import msgspec

from nlptool.tasks.base import Row

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

    def add(self, truth: Any, result: Any) -> dict[str, float] | None:
        """Count one result, None where the model failed, and say what it scores by itself if that
        is worth a row; RecordError for a truth it cannot read."""

    def scores(self) -> Scores:
        """The scores of all that was added."""


@runtime_checkable
class FindsTruth(Protocol):
    """A scorer that finds what is right where no column has it."""

    def truth_of(self, row: Row) -> Any:
        """What is right of a record; RecordError where that is not to be found."""
