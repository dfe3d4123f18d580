"""JSON in one piece: arrays and SQuAD's form, read and written."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.errors import InputError, UsageError
from nlptool.io.formats.format import Layout, ReadOptions
from nlptool.io.formats.json_array import SQUAD, PredictionsEncoder, read

names = st.text(max_size=8)
rows = st.lists(st.dictionaries(names, names | st.integers(-9, 9) | st.none(), max_size=4))
paragraphs = st.lists(
    st.tuples(names, st.lists(st.fixed_dictionaries({"id": names, "question": names}))),
)


def found(text: str, squad: bool = False) -> list[dict[str, Any]]:
    chunks = read(
        [text.split("\n")], "x.json", itertools.count(1).__next__, ReadOptions(), squad=squad
    )
    return [record.row for chunk in chunks for record in chunk]


@given(rows, st.sampled_from([None, 2]))
def test_an_array_is_its_objects(values: list[dict[str, Any]], indent: int | None) -> None:
    assert found(json.dumps(values, indent=indent)) == values


@given(paragraphs, st.booleans())
def test_every_question_has_its_context(
    given_: list[tuple[str, list[dict[str, str]]]], squad: bool
) -> None:
    articles = [{"paragraphs": [{"context": text, "qas": qas}]} for text, qas in given_]
    document = json.dumps({"version": "1.1", "data": articles})
    expected = [{**question, "context": text} for text, qas in given_ for question in qas]
    assert found(document, squad) == expected


@given(st.text(max_size=40))
def test_anything_else_is_an_input_error(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(InputError, match=r"x\.json"):
            found(text)


@given(st.dictionaries(names, names))
def test_predictions_are_one_object(answers: dict[str, str]) -> None:
    encoder = PredictionsEncoder(Layout())
    lines = [encoder.encode([{"id": name, "answer": text}]) for name, text in answers.items()]
    assert json.loads(b"".join([*lines, *encoder.end()])) == answers


def test_a_failed_question_is_predicted_as_nothing() -> None:
    assert json.loads(SQUAD.encode([{"id": 1, "error": "x"}])) == {"1": ""}
    with pytest.raises(UsageError, match="these results have none"):
        SQUAD.encode([{"id": 1, "stem": "run"}])
