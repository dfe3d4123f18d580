"""Rows of a data file as examples to train on; the bad ones are told, not fatal."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import msgspec

from nlptool.errors import InputError, RecordError, UsageError
from nlptool.io import reader
from nlptool.io.record import Record, Reject
from nlptool.plugins.trainer import AnsweredQuestion, Example, LabelledText, TranslatedText
from nlptool.tasks import Row

Bad = Callable[[str], None]


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


def examples(task: str, files: Sequence[str], columns: Columns, bad: Bad) -> list[Any]:
    """The examples of all files; ``bad`` hears the place and the fault of each row that is none.

    InputError where no row is one.
    """
    take = {"sentiment": _labelled, "qa": _answered, "translate": _translated}[task]
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


def _labelled(row: Row, columns: Columns) -> LabelledText:
    """The text stands under ``text``, or under the one column that is not the label."""
    label = columns.column("label")
    text = columns.column("text")
    others = [name for name in row if name != label]
    if text not in row and text == "text" and len(others) == 1:
        text = others[0]
    words, name = _field(row, text), str(_field(row, label))
    if not (isinstance(words, str) and words.strip()):
        raise RecordError(f"{text} is empty")
    if not name.strip():
        raise RecordError(f"{label} is empty")
    names = pairs(columns.names)
    probs = {names.get(label, label): share for label, share in _probs(row).items()}
    return LabelledText(words, names.get(name, name), probs)


def _probs(row: Row) -> dict[str, float]:
    """What ``nlptool sentiment --probs`` says of a text, if the row has it."""
    try:
        probs = msgspec.convert(row.get("probs") or {}, dict[str, float])
    except msgspec.ValidationError as error:
        raise RecordError(f"probs: {str(error).replace('`', '')}") from error
    if probs and not (min(probs.values()) >= 0 and 0.98 < sum(probs.values()) < 1.02):
        raise RecordError("probs: expected shares of 1")
    return probs


def _translated(row: Row, columns: Columns) -> TranslatedText:
    text, translation = (str(_field(row, columns.column(n))) for n in ("text", "translation"))
    if not (text.strip() and translation.strip()):
        raise RecordError("text or translation is empty")
    return TranslatedText(text, translation)


class Place(msgspec.Struct):
    """An answer and where it starts in the context, in characters, as SQuAD has them."""

    text: str
    answer_start: int


class Places(msgspec.Struct):
    """The same as two lists, as the data sets of hubs have them."""

    text: list[str]
    answer_start: list[int]


def _answered(row: Row, columns: Columns) -> AnsweredQuestion:
    """``answers`` as SQuAD has them, or ``answer`` and, where it may stand twice, ``start``."""
    question, context = (str(_field(row, columns.column(name))) for name in ("question", "context"))
    if not (question.strip() and context.strip()):
        raise RecordError("question or context is empty")
    places = _places(row, context, columns)
    for text, start in places:
        if start < 0 or context[start : start + len(text)] != text:
            raise RecordError(f"the context does not have the answer {text[:40]!r} at {start}")
    return AnsweredQuestion(
        question, context, tuple(text for text, _ in places), tuple(start for _, start in places)
    )


def _places(row: Row, context: str, columns: Columns) -> list[tuple[str, int]]:
    try:
        if "answers" in row:
            given = msgspec.convert(row["answers"], Places | list[Place])
            if isinstance(given, Places):
                return list(zip(given.text, given.answer_start, strict=True))
            return [(place.text, place.answer_start) for place in given]
        answer = str(_field(row, columns.column("answer")))
        start = row.get(columns.column("start"), "")
        found = context.find(answer) if start in (None, "") else int(start)
    except (msgspec.ValidationError, ValueError) as error:
        raise RecordError(f"answers: {str(error).replace('`', '')}") from error
    return [(answer, found)] if answer else []


def _field(row: Row, column: str) -> Any:
    if column not in row:
        raise RecordError(f"no column {column}; there are: {', '.join(row)}; see --field")
    return row[column]


def truth(example: Example) -> Any:
    """What the task's scorer takes as right."""
    match example:
        case LabelledText():
            return example.label
        case AnsweredQuestion():
            return list(example.answers)
        case TranslatedText():
            return example.translation


def split(data: Sequence[Any], share: float, seed: int) -> tuple[list[Any], list[Any]]:
    """Examples for training and for dev, the share of dev the same in each group.

    Texts are grouped by label. Questions about one context stay together, so that no context is
    in both.
    """
    dice = random.Random(seed)  # noqa: S311
    dev: set[int] = set()
    if not isinstance(data[0], AnsweredQuestion):
        groups: dict[str, list[int]] = {}
        for index, example in enumerate(data):
            label = example.label if isinstance(example, LabelledText) else ""
            groups.setdefault(label, []).append(index)
        for indexes in groups.values():
            dice.shuffle(indexes)
            dev.update(indexes[: round(len(indexes) * share)])
    else:
        contexts = sorted({example.context for example in data})
        dice.shuffle(contexts)
        kept = {*contexts[: round(len(contexts) * share)]}
        dev = {index for index, example in enumerate(data) if example.context in kept}
    train = [example for index, example in enumerate(data) if index not in dev]
    return train, [data[index] for index in sorted(dev)]
