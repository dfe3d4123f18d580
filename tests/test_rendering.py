"""What is rendered where it is answered: the bytes that the writer would have made."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from nlptool.errors import RecordError
from nlptool.io.formats import jsonl
from nlptool.io.formats.text import TEXT
from nlptool.io.record import Record
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.jobspec import JobSpec
from nlptool.pipeline.rendering import Rendering, merged, rendered
from nlptool.tasks import Task
from nlptool.tasks.segment import SEGMENT, Words
from nlptool.tasks.sentiment import SENTIMENT
from nlptool.tasks.translate import TRANSLATE

TEXTS = st.text(st.characters() | st.sampled_from("\r\n\u2028\x85\x0b\ud800"), max_size=6)
NAMES = st.sampled_from(["text", "id", "note", "number", "line\n"])
CLASHES = st.sampled_from(["words", "pos", "error"])
VALUES = TEXTS | st.integers() | st.none() | st.lists(TEXTS, max_size=2)


def rows(names: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows of an input."""
    return st.dictionaries(names, VALUES, max_size=4)


RESULTS = st.builds(
    Words, st.lists(TEXTS, max_size=3), st.just(UNSET) | st.lists(TEXTS, max_size=3)
) | st.builds(RecordError, TEXTS)
ANSWERS = st.tuples(rows(NAMES), RESULTS)


@given(st.lists(ANSWERS, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, "number"]))
def test_objects_are_the_rows(
    answers: list[tuple[dict[str, Any], Any]], with_input: bool, id_field: str | None
) -> None:
    records = [Record(number, row) for number, (row, _) in enumerate(answers, 1)]
    results = [result for _, result in answers]
    columns = ColumnMapping(SEGMENT, id_field=id_field, with_input=with_input)
    form = Rendering(job(SEGMENT), columns, jsonl.JSONL).of(records)
    clash = id_field and any("id" in record.row for record in records)
    assert form == ("" if clash else "object")
    if form:
        lines = merged(columns.heads(records), rendered(results, form, SEGMENT))
        assert b"".join(line + b"\n" for line in lines) == jsonl.encode(
            columns.rows(records, results)
        )


@given(rows(NAMES), rows(CLASHES).filter(bool))
def test_names_that_meet_are_left_to_the_writer(row: dict[str, Any], clash: dict[str, Any]) -> None:
    rendering = Rendering(job(SEGMENT), ColumnMapping(SEGMENT), jsonl.JSONL)
    assert rendering.of([Record(1, row), Record(2, clash)]) == ""


def test_lines_are_those_for_people() -> None:
    form = Rendering(job(SEGMENT), ColumnMapping(SEGMENT), TEXT).of([Record(1, {"words": ""})])
    results = rendered([Words(["a", "b"]), RecordError("no"), Words([])], form, SEGMENT)
    assert merged(None, results) == [b"a b", b"", b""]


def test_results_that_are_looked_at_stay_as_they_are() -> None:
    columns = ColumnMapping(TRANSLATE)
    assert Rendering(job(TRANSLATE), columns, TEXT).of([Record(1, {})]) == ""
    assert Rendering(job(SEGMENT), ColumnMapping(SEGMENT), None).of([Record(1, {})]) == ""


def test_results_that_may_get_other_columns_stay_as_they_are() -> None:
    columns = ColumnMapping(SENTIMENT)
    assert Rendering(job(SENTIMENT), columns, jsonl.JSONL).of([Record(1, {})]) == ""
    assert Rendering(job(SENTIMENT), columns, TEXT).of([Record(1, {})]) == "line"


def job(task: Task[Any, Any]) -> JobSpec:
    """A job of a task, as a command without options asks for it."""
    return JobSpec(task.name, task.params())
