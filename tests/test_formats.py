"""Every input and output format, from outside."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import msgspec
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.formats import jsonl
from nlptool.io.formats.format import ReadOptions
from nlptool.io.lines import Fault, lines
from tests.conftest import Run

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=12)


@given(st.lists(texts), st.integers(1, 7))
def test_lines_however_the_bytes_are_cut(expected: list[str], step: int) -> None:
    data = "".join(f"{line}\n" for line in expected).encode()
    blocks = [data[at : at + step] for at in range(0, len(data), step)]
    found = [line for chunk in lines(blocks, "utf-8", "x") for line in chunk]
    if expected and expected[0].startswith("\ufeff"):
        expected[0] = expected[0][1:]
    assert found == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "gb18030"])
def test_encodings(nlptool: Run, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "in.txt"
    file.write_text("你好 running\r\nflies\r\n", encoding=encoding, newline="")
    marked = encoding in ("utf-8-sig", "utf-16", "utf-32")
    words = () if marked else ("--encoding", encoding)
    assert nlptool("stem", "-i", file, *words).lines == ["你好 run", "fli"]


def test_a_wrong_byte_costs_one_line_and_suggests(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_bytes(b"running\n" + "你好，世界。今天天气很好\n".encode("gb18030") + b"flies")
    result = nlptool("stem", "-i", file)
    assert (result.code, result.lines) == (1, ["run", "fli"])
    assert f"{file}:2: byte 0xc4 at offset 0 is not utf-8; try --encoding gb18030" in result.stderr
    assert "1 of 3 records failed" in result.stderr


ROWS = [
    {"id": "a", "text": "running", "n": "1", "note": 'he said "hi", then\nleft'},
    {"id": "b", "text": "你好 flies", "n": "2", "note": ""},
]


def write(folder: Path, kind: str) -> Path:
    file = folder / f"in.{kind}"
    if kind == "jsonl":
        file.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in ROWS))
    elif kind == "parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), file)
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(ROWS[0]), delimiter="," if kind == "csv" else "\t")
        writer.writeheader()
        writer.writerows(ROWS)
        file.write_text(out.getvalue(), newline="")
    return file


def read(data: bytes, kind: str) -> list[dict[str, object]]:
    if kind == "jsonl":
        return [json.loads(line) for line in data.splitlines()]
    if kind == "json":
        return list(json.loads(data))
    if kind == "parquet":
        return list(pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist())
    return list(
        csv.DictReader(io.StringIO(data.decode()), delimiter="," if kind == "csv" else "\t")
    )


@pytest.mark.parametrize("out", ["json", "jsonl", "csv", "tsv", "parquet"])
@pytest.mark.parametrize("given", ["jsonl", "csv", "tsv", "parquet"])
def test_ids_and_other_columns_travel(nlptool: Run, tmp_path: Path, given: str, out: str) -> None:
    file = write(tmp_path, given)
    target = tmp_path / f"out.{out}"
    result = nlptool("stem", "-i", file, "-o", target, "--with-input")
    assert (result.code, result.stdout, result.stderr) == (0, b"", "")
    expected = [{**row, "stem": stem} for row, stem in zip(ROWS, ["run", "你好 fli"], strict=True)]
    assert read(target.read_bytes(), out) == expected
    piped = nlptool("stem", "--input-format", given, "-f", out, stdin=file.read_bytes())
    for row in expected:
        del row["text"]
    assert read(piped.stdout, out) == expected


def test_field_and_id_field(nlptool: Run, tmp_path: Path) -> None:
    file = write(tmp_path, "csv")
    result = nlptool("stem", "-i", file, "--field", "note", "--id-field", "n", "-f", "jsonl")
    assert [row["id"] for row in result.rows] == ["1", "2"]
    assert [row["text"] for row in result.rows] == ["running", "你好 flies"]
    wrong = nlptool("stem", "-i", file, "--field", "body")
    assert wrong.code == 1
    assert "no column body; there are: id, text, n, note; name one with --field" in wrong.stderr


def test_a_result_takes_its_name_from_the_input(nlptool: Run) -> None:
    line = b'{"text": "running", "stem": "gold"}'
    result = nlptool("stem", "--input-format", "jsonl", "-f", "jsonl", stdin=line)
    assert result.rows == [{"id": 1, "input_stem": "gold", "stem": "run"}]


def test_bad_rows_are_told_apart(nlptool: Run, tmp_path: Path) -> None:
    bad = b'{"text": "running"}\nnot json\n[1]\n{"text": 5}\n{"tex": "x"}\n\n"flies"\n'
    words = ("stem", "--input-format", "jsonl", "-f", "jsonl")
    result = nlptool(*words, "--rejects", tmp_path / "rejects.jsonl", stdin=bad)
    assert [row["stem"] for row in result.rows] == ["run", "fli"]
    assert [row["id"] for row in result.rows] == [1, 6]
    assert result.code == 1
    rejects = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert len(rejects) == 4
    assert rejects[0]["rejected"] == {
        **{"source": "stdin", "line": 2, "id": 2, "form": "jsonl", "raw": "not json"}
    }
    place = {"source": "stdin", "line": 4, "id": 4}
    error = "Expected str, got int - at $.text"
    assert rejects[2] == {"text": 5, "error": error, "rejected": place}


@pytest.mark.parametrize("out", ["csv", "parquet", "jsonl", "text"])
def test_errors_in_the_output(nlptool: Run, out: str) -> None:
    words = ("stem", "--input-format", "jsonl", "--on-error", "emit", "-f", out)
    result = nlptool(*words, stdin=b'oops\n{"text": "running"}\n')
    assert result.code == 1
    if out == "text":
        assert result.lines == ["", "run"]
    else:
        first, second = read(result.stdout, out)
        assert str(first["error"]).startswith("not JSON")
        assert second["stem"] == "run"


def test_on_error_fail_leaves_no_file(nlptool: Run, tmp_path: Path) -> None:
    words = ("stem", "--input-format", "jsonl", "--on-error", "fail", "-o", tmp_path / "out.jsonl")
    result = nlptool(*words, stdin=b'"a"\noops\n"b"\n')
    assert result.code == 1
    assert "stdin:2: not JSON" in result.stderr
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []


def test_folders_keep_their_structure(nlptool: Run, tmp_path: Path) -> None:
    for name in ("in/a.txt", "in/b/a.txt", "in/b/a.jsonl", "in/b/skip.bin"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('"running"\n')
    assert nlptool("stem", "-i", tmp_path / "in", "-o", f"{tmp_path}/out/").code == 0
    found = {str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.*")}
    assert found == {"a.txt", "b/a.txt", "b/a.jsonl"}
    assert (tmp_path / "out/b/a.txt").read_text() == '"run"\n'
    assert (
        nlptool("stem", "-i", f"{tmp_path}/in/**/*.txt", "-f", "csv", "-o", f"{tmp_path}/2/").code
        == 0
    )
    assert (tmp_path / "2/b/a.txt.csv").read_text() == 'id,stem\n2,"""run"""\n'


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_chinese_survives_every_locale(nlptool: Run, tmp_path: Path, locale: str) -> None:
    words = ("stem", "-f", "jsonl", "--with-input")
    result = nlptool(*words, stdin="你好\n".encode(), LC_ALL=locale, LANG=locale)
    assert result.rows == [{"id": 1, "text": "你好", "stem": "你好"}]
    named = nlptool("stem", "-i", tmp_path / "没有.txt", LC_ALL=locale)
    assert named.code == 3


@given(st.lists(st.one_of(texts, st.binary(max_size=6).filter(lambda data: b"\n" not in data))))
def test_jsonl_accounts_for_every_line(parts: list[str | bytes]) -> None:
    data = b"\n".join(part.encode() if isinstance(part, str) else part for part in parts)
    chunk = [
        Fault.of(line, "?") if not line.isascii() else line.decode() for line in data.split(b"\n")
    ]
    read = jsonl.read([chunk], "x", iter(range(1000)).__next__, ReadOptions())
    found = [record.line for records in read for record in records]
    assert found == [number for number, line in enumerate(chunk, 1) if line.strip()]
