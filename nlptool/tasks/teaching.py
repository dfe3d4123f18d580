"""How a task's models are taught: what an example is, and where it stands in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from nlptool.errors import RecordError, UsageError


class Columns(msgspec.Struct, frozen=True):
    """Where examples stand in a row: ``fields`` are FIELD=COLUMN; ``names`` OLD=NEW, for labels."""

    fields: Sequence[str] = ()
    names: Sequence[str] = ()

    def column(self, field: str) -> str:
        """The column of a field, the field's own name if no other was given."""
        return pairs(self.fields).get(field, field)


def pairs(given: Sequence[str]) -> dict[str, str]:
    """KEY=VALUE words; UsageError for any other."""
    found = {}
    for word in given:
        key, equals, value = word.partition("=")
        if not (key and equals and value):
            raise UsageError(f"{word}: expected NAME=NAME")
        found[key] = value
    return found


def value_of(row: dict[str, Any], column: str) -> Any:
    """What stands in a column; RecordError where the row has none of that name."""
    if column not in row:
        raise RecordError(f"no column {column}; there are: {', '.join(row)}; see --field")
    return row[column]


def _one_group(_example: Any) -> str:
    return ""


@dataclass(frozen=True)
class Teaching:
    """``example`` makes one of a row, RecordError where the row is none; ``truth`` is what the
    task's scorer takes as right. ``metric`` is the figure by which weights are chosen, more is
    better. When some examples are held back, they are the same share of each ``group``, or, with
    ``whole_groups``, groups without a rest. ``labels`` says whether examples have labels."""

    example: Callable[[dict[str, Any], Columns], Any]
    truth: Callable[[Any], Any]
    metric: str
    group: Callable[[Any], str] = _one_group
    whole_groups: bool = False
    labels: bool = False
