"""Tables of every dialect: what is read, what is renamed and told, what comes back as it was."""

from __future__ import annotations

import csv
import io
import tempfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.formats.dialect import named
from nlptool.io.formats.format import ReadOptions
from nlptool.io.formats.registry import input_named, output_named
from nlptool.io.sources import Source
from nlptool.tasks import Row
from tests.conftest import Run


def again(kind: str, data: bytes) -> list[Row]:
    """The rows of a file of these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        read = input_named(kind, documents=False).read
        assert read
        chunks = read(Source("x", Path(file.name)), ReadOptions(), count(1).__next__)
        return [record.row for chunk in chunks for record in chunk]


cells = st.text(st.characters(codec="utf-8"), max_size=8)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4).filter(str.strip)
tables = st.lists(names, min_size=1, max_size=3, unique=True).flatmap(
    lambda header: st.lists(st.fixed_dictionaries(dict.fromkeys(header, cells)), min_size=1)
)


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet", "json"])
@given(rows=tables)
def test_round_trip(kind: str, rows: list[Row]) -> None:
    assert again(kind, output_named(kind).encode(rows)) == rows


@pytest.mark.parametrize("kind", ["csv", "tsv"])
@given(rows=tables)
def test_others_read_our_tables(kind: str, rows: list[Row]) -> None:
    text = output_named(kind).encode(rows).decode()
    delimiter = "," if kind == "csv" else "\t"
    assert list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)) == rows


@given(st.lists(st.sampled_from(["", " ", "a", "a_2", "b", "column_2"]), max_size=6))
def test_every_column_has_a_name_of_its_own(header: list[str]) -> None:
    found = named(header)
    assert len({*found}) == len(found) == len(header)
    assert all(name.strip() for name in found)
    assert [name for name, cell in zip(found, header, strict=True) if header.count(cell) == 1] == [
        name
        for name, cell in zip(found, header, strict=True)
        if header.count(cell) == 1 and (name == cell or not cell.strip())
    ]


@pytest.mark.parametrize(
    ("table", "words", "expected"),
    [
        ("id;text\n1;running\n", (), {"id": "1", "stem": "run"}),
        ("id|text\n1|running, fast\n", (), {"id": "1", "stem": "run, fast"}),
        ("text\nrunning; fast\n", (), {"id": 1, "stem": "run; fast"}),
        ("id~text\n1~running\n", ("--delimiter", "~"), {"id": "1", "stem": "run"}),
        ("id\ttext\n1\trunning\n", ("--delimiter", "\\t"), {"id": "1", "stem": "run"}),
        ("id,text\n1,'running, fast'\n", ("--quote", "'"), {"id": "1", "stem": "run, fast"}),
        ('id,text\n1,"running\n', ("--quote", ""), {"id": "1", "stem": '"run'}),
        ("1,running\n", ("--no-header", "--field", "column_2"), {"id": 1, "column_1": "1"}),
        ("running\n", ("--no-header",), {"id": 1, "stem": "run"}),
        ("1,running\n", ("--header", "id,text"), {"id": "1", "stem": "run"}),
        ("of 2024\n\nid,text\n1,running\n", ("--skip-lines", "1"), {"id": "1", "stem": "run"}),
        ("id,text,,\n1,running,,x\n", (), {"id": "1", "column_3": "", "column_4": "x"}),
        ("id,text,n,n\n1,running,3,4\n", (), {"id": "1", "n": "3", "n_2": "4"}),
    ],
)
def test_dialects(nlptool: Run, table: str, words: tuple[str, ...], expected: Row) -> None:
    result = nlptool("stem", "--input-format", "csv", "-f", "jsonl", *words, stdin=table.encode())
    assert result.code == 0, result.stderr
    [row] = result.rows
    assert expected.items() <= row.items()


def test_what_is_guessed_or_renamed_is_told(nlptool: Run) -> None:
    words = ("stem", "--input-format", "csv", "-f", "csv")
    assert "the delimiter is ';'" in nlptool(*words, "-v", stdin=b"id;text\n1;x\n").stderr
    renamed = nlptool(*words, stdin=b"id,text,,n,n\n1,x,,3,4\n").stderr
    assert "stdin:1: columns without a name, or with another's, are called column_3, n_2" in renamed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--delimiter", "ab"), "--delimiter ab: expected one character"),
        (("--quote", ","), ""),
        (("--header", "a,a"), "--header a,a: each column needs a name of its own"),
    ],
)
def test_wrong_dialects(nlptool: Run, words: tuple[str, ...], message: str) -> None:
    result = nlptool("stem", "--input-format", "csv", "--delimiter", ",", *words, stdin=b"text\nx")
    assert result.code == 2
    assert message in result.stderr


def test_a_stray_quote_costs_one_row(nlptool: Run) -> None:
    table = b'id\ttext\n1\t"running fast\n2\tthe 5" pipes\n3\tflies\n'
    result = nlptool("stem", "--input-format", "tsv", "-f", "tsv", stdin=table)
    assert (result.code, result.lines) == (1, ["id\tstem", '2\t"the 5"" pipe"', "3\tfli"])
    assert "stdin:2: not a table row" in result.stderr
    assert "--quote ''" in result.stderr
    assert "1 of 3 records failed" in result.stderr
    open_quote = b'id\ttext\n1\trunning\n2\t"flies\n3\tdies\n'
    result = nlptool("stem", "--input-format", "tsv", "-f", "tsv", stdin=open_quote)
    assert (result.code, result.lines) == (1, ["id\tstem", "1\trun", "3\tdi"])


def test_line_ends_inside_a_field_stay(nlptool: Run, tmp_path: Path) -> None:
    crlf = b'id,text,note\r\n1,runs,"a\r\nb"\r\n'
    result = nlptool("stem", "--input-format", "csv", "-f", "csv", stdin=crlf)
    assert result.stdout == b'id,note,stem\n1,"a\r\nb",run\n'
    result = nlptool("stem", "--input-format", "jsonl", "-f", "csv", stdin=b'"a\\rb"')
    assert result.stdout == b'id,stem\n1,"a\rb"\n'
    back = nlptool("stem", "--input-format", "csv", "--field", "stem", stdin=result.stdout)
    assert back.stdout == b"a\rb\n"


def test_no_column_is_lost(nlptool: Run) -> None:
    words = ("stem", "--input-format", "csv", "-f", "jsonl")
    [row] = nlptool(*words, "--id-field", "code", stdin=b"id,code,text\n1,A7,running\n").rows
    assert row == {"id": "A7", "input_id": "1", "stem": "run"}
    [row] = nlptool(*words, stdin=b"input_stem,stem,text\na,b,running\n").rows
    assert row == {"id": 1, "input_stem": "a", "input_input_stem": "b", "stem": "run"}
    [row] = nlptool(*words, "--on-error", "emit", stdin=b"id,text\n1,running,extra\n").rows
    assert row["column_3"] == "extra"


@pytest.mark.parametrize("out", ["csv", "tsv", "parquet"])
def test_a_table_without_rows_keeps_its_header(nlptool: Run, tmp_path: Path, out: str) -> None:
    (tmp_path / "in.csv").write_text("id,text,note\n")
    file = tmp_path / f"out.{out}"
    assert nlptool("stem", "-i", tmp_path / "in.csv", "-o", file, "--with-input").code == 0
    if out == "parquet":
        import pyarrow.parquet

        header = pyarrow.parquet.read_table(file).column_names
    else:
        header = file.read_text().rstrip("\n").split("," if out == "csv" else "\t")
    assert header == ["id", "text", "note", "stem"]


def test_a_first_row_of_values_gets_a_hint(nlptool: Run) -> None:
    done = nlptool("stem", "--input-format", "csv", stdin=b"1,running\n2,flies\n")
    assert done.code == 1
    assert "say --no-header where the first line is no header" in done.stderr
    named = nlptool("stem", "--input-format", "csv", stdin=b"id,body\n2,flies\n")
    assert "--no-header" not in named.stderr
