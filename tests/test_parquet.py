"""Parquet loses nothing: no column, no value, no type of the input's."""

from __future__ import annotations

import datetime
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlptool.io.formats import parquet_writer
from nlptool.io.formats.parquet import PARQUET
from tests.conftest import Run


def written(groups: list[list[Any]]) -> list[Any]:
    """The values of a column whose groups have these, read again."""
    size = max(map(len, groups))
    rows = [{"x": value} for group in groups for value in group]
    with patch.object(parquet_writer, "ROWS", size):
        table = pyarrow.parquet.read_table(io.BytesIO(PARQUET.encode(rows)))
    return list(table["x"].to_pylist())


def same(value: Any, found: Any) -> bool:
    """Whether a value is itself still, or its JSON; what an object lacks may be null."""
    if isinstance(found, str) and not isinstance(value, str):
        return same(value, json.loads(found))
    if isinstance(value, dict):
        return (
            all(same(value.get(key), found[key]) for key in found) and value.keys() <= found.keys()
        )
    if isinstance(value, list):
        return len(value) == len(found) and all(map(same, value, found))
    return bool(value == found)


numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | numbers | st.text(st.characters(codec="utf-8"), max_size=5)
nested = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@example([[None, [None, None, None]]])
@given(st.lists(st.lists(nested, min_size=2, max_size=2), min_size=1, max_size=4))
def test_no_value_is_lost(groups: list[list[Any]]) -> None:
    values = [value for group in groups for value in group]
    assert all(map(same, values, written(groups)))


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([[1], [1.5]], [1.0, 1.5]),
        ([[None], [1.5]], [None, 1.5]),
        ([[2**53 + 1], [1.5]], ["9007199254740993", "1.5"]),
        ([[2**64 - 1], [-1]], [2**64 - 1, -1]),
        ([[1], ["a"]], ["1", "a"]),
        ([[{"a": 1}], [{"b": "x"}]], [{"a": 1, "b": None}, {"a": None, "b": "x"}]),
        ([[{}], [None]], ["{}", None]),
        ([[[]], [[1]]], [[], [1]]),
    ],
)
def test_a_column_widens(groups: list[list[Any]], expected: list[Any]) -> None:
    assert written(groups) == expected


def test_a_late_column_and_a_late_type(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    late = '{"text":"runs","n":1.5,"s":1.5,"late":"important"}\n'
    file.write_text('{"text":"runs","n":1,"s":null}\n' * 5000 + late)
    assert nlptool("stem", "-i", file, "-o", tmp_path / "out.parquet").code == 0
    found = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert len(found) == 5001
    first = {"id": 1, "n": 1, "s": None, "stem": "run", "late": None}
    assert found[0] == first
    assert found[-1] == {"id": 5001, "n": 1.5, "s": 1.5, "stem": "run", "late": "important"}


TYPED = {
    "text": ["runs"],
    "day": [datetime.date(2024, 1, 1)],
    "when": [datetime.datetime(2024, 1, 2, 3)],
    "price": [Decimal("1.10")],
    "short": pyarrow.array([1], pyarrow.int8()),
    "single": pyarrow.array([1.1], pyarrow.float32()),
    "big": pyarrow.array([2**64 - 1], pyarrow.uint64()),
    "none": pyarrow.array([None], pyarrow.float64()),
    "map": pyarrow.array([[("a", 1)]], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
    "word": pyarrow.array(["x"]).dictionary_encode(),
    "bytes": [b"\xff"],
    "instant": pyarrow.array([1704067200000000001], pyarrow.timestamp("ns")),
    "stem": pyarrow.array([7], pyarrow.int16()),
}


def test_the_inputs_types_stay(nlptool: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    table = pyarrow.table(TYPED)
    pyarrow.parquet.write_table(table, file)
    assert nlptool("stem", "-i", file, "-o", out, "--with-input").code == 0
    found = pyarrow.parquet.read_table(out)
    names = [name for name in TYPED if name != "stem"]
    assert found.select(names).equals(pyarrow.parquet.read_table(file).select(names))
    assert found["stem"].to_pylist() == ["run"]
    assert found["input_stem"].to_pylist() == [7]


def test_dates_and_decimals_leave_for_csv(nlptool: Run, tmp_path: Path) -> None:
    pyarrow.parquet.write_table(
        pyarrow.table({name: TYPED[name] for name in ("text", "day", "when", "price", "instant")}),
        tmp_path / "in.parquet",
    )
    result = nlptool("stem", "-i", tmp_path / "in.parquet", "-f", "csv")
    assert result.lines[1] == (
        "1,2024-01-01,2024-01-02T03:00:00,1.10,2024-01-01 00:00:00.000000001,run"
    )
