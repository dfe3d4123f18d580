"""Texts that are nearly none: no byte order mark, NULs, half characters, endless lines."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io import lines as module
from nlptool.io.lines import Fault, lines
from tests.conftest import Run


@pytest.mark.parametrize(
    ("data", "words", "message"),
    [
        ("run\n".encode("utf-16-le"), ("--encoding", "utf-16"), "say --encoding utf-16-le or"),
        ("run\n".encode("utf-16-le"), (), "it has NUL bytes); try --encoding utf-16-le"),
        ("run\n".encode("utf-16-be"), (), "it has NUL bytes); try --encoding utf-16-be"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 99, (), "this is no text (it has NUL bytes)"),
    ],
)
def test_what_is_no_text(nlptool: Run, data: bytes, words: tuple[str, ...], message: str) -> None:
    result = nlptool("stem", *words, stdin=data)
    assert (result.code, result.stdout) == (3, b"")
    assert message in result.stderr


@pytest.mark.parametrize("before", [1, 500])
def test_a_nul_is_a_character_wherever_it_stands(nlptool: Run, before: int) -> None:
    table = b"id,text\n" + b"1,running\n" * before + b"2,fl\0ies\n"
    result = nlptool("stem", "--input-format", "csv", "-f", "csv", stdin=table)
    assert (result.code, result.stderr) == (0, "")
    assert result.stdout.endswith(b"\n2,fl\0i\n")


def test_half_a_character(nlptool: Run) -> None:
    line = rb'{"text":"running \ud83d x"}' + b"\n"
    result = nlptool("stem", "--input-format", "jsonl", stdin=line)
    assert result.code == 1
    assert "stdin:1: not JSON: '\\ud83d' is half a character" in result.stderr


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_half_a_character_in_lines(nlptool: Run, tmp_path: Path, jobs: tuple[str, ...]) -> None:
    rejects = tmp_path / "rejects"
    words = ("stem", "--encoding", "utf-7", "--rejects", rejects, *jobs)
    result = nlptool(*words, stdin=b"running\na +2AA- b\nflies\n")
    assert (result.code, result.lines) == (1, ["run", "fli"])
    assert "stdin:2: '\\ud800' is half a character" in result.stderr
    assert json.loads(rejects.read_bytes())["rejected"]["raw"] == "a +2AA- b"


def test_a_document_with_half_a_character_is_named_once(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "in.md").write_bytes(b"a +2AA- b\n")
    result = nlptool("translate", "-i", tmp_path / "in.md", "--encoding", "utf-7")
    assert result.code == 1
    assert result.stderr.count("in.md") == 1
    assert "half a character" in result.stderr


def test_json_lines_named_json(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "lines.json"
    file.write_text('{"text":"running"}\n{"text":"flies"}\n')
    result = nlptool("stem", "-i", file)
    assert result.code == 3
    assert "it has an object a line; say --input-format jsonl" in result.stderr
    assert nlptool("stem", "-i", file, "--input-format", "jsonl").lines == ["run", "fli"]


@given(
    st.lists(st.text("ab", max_size=40), min_size=1, max_size=8),
    st.integers(1, 30),
    st.integers(1, 20),
)
def test_a_line_that_is_too_long_costs_itself(texts: list[str], step: int, limit: int) -> None:
    data = "\n".join([*texts, ""]).encode()
    blocks = [data[at : at + step] for at in range(0, len(data), step)]
    with patch.object(module, "LINE_LIMIT", limit):
        found = [line for chunk in lines(blocks, "utf-8", "x") for line in chunk]
    assert len(found) == len(texts)
    for line, text in zip(found, texts, strict=True):
        if isinstance(line, Fault):
            assert len(text) + step > limit
            assert text.startswith(line)
        else:
            assert line == text


def test_a_long_text_is_stemmed_as_a_short_one(nlptool: Run) -> None:
    sentence = "The runners' cats were running, happily. "
    [short] = nlptool("stem", stdin=sentence.encode()).stdout.decode().splitlines()
    assert nlptool("stem", stdin=sentence.encode() * 2000).lines == [short * 2000]
