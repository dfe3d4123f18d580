"""Rows of a data file as examples to train on; the bad ones are told, not fatal."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from nlptool.errors import InputError, RecordError, UsageError
from nlptool.io import reader
from nlptool.io.record import Record, Reject
from nlptool.tasks import Row, task_named, task_names
from nlptool.tasks.teaching import Columns, Teaching

Bad = Callable[[str], None]


def examples(task: str, files: Sequence[str], columns: Columns, bad: Bad) -> list[Any]:
    """The examples of all files; ``bad`` hears the place and the fault of each row that is none.

    InputError where no row is one.
    """
    take = teaching_of(task).example
    found: list[Any] = []
    spec = reader.Spec(inputs=tuple(files))
    for record in chain.from_iterable(reader.read(spec, reader.sources_of(spec))):
        try:
            found.append(take(_row(record), columns))
        except RecordError as error:
            bad(f"{record.place}: {error}")
    if not found:
        raise InputError(f"{', '.join(files)}: not one row can be trained on")
    return found


def _row(record: Record) -> Row:
    if isinstance(record, Reject):
        raise RecordError(record.message)
    return record.row


def split(
    data: Sequence[Any], share: float, seed: int, teaching: Teaching
) -> tuple[list[Any], list[Any]]:
    """Examples for training and for dev, chosen within their groups, or by whole groups."""
    dice = random.Random(seed)  # noqa: S311
    dev: set[int] = set()
    groups: dict[str, list[int]] = {}
    for index, example in enumerate(data):
        groups.setdefault(teaching.group(example), []).append(index)
    if teaching.whole_groups:
        names = sorted(groups)
        dice.shuffle(names)
        for name in names[: round(len(names) * share)]:
            dev.update(groups[name])
    else:
        for indexes in groups.values():
            dice.shuffle(indexes)
            dev.update(indexes[: round(len(indexes) * share)])
    train = [example for index, example in enumerate(data) if index not in dev]
    return train, [data[index] for index in sorted(dev)]


def teaching_of(task: str) -> Teaching:
    """How models of a task are taught; UsageError for a task whose models are not."""
    found = task_named(task).teaching if task in task_names() else None
    if found is None:
        there = ", ".join(name for name in task_names() if task_named(name).teaching)
        raise UsageError(f"models for {task} cannot be fine-tuned; those for {there} can")
    return found
