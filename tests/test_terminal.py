"""What people see: nothing that steers their terminal, nothing that their spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.formats.format import Layout
from nlptool.io.formats.table import TableEncoder
from tests.conftest import Environment, Run

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31mred"
SHOWN = "\\x1b]0;owned\\x07\\x1b[2J\\x9b31mred"


def on_terminal(environment: Environment, folder: Path, *words: str) -> str:
    """What a terminal gets of both streams."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "nlptool", *words]
    with subprocess.Popen(
        command, cwd=folder, env={**environment, "NO_COLOR": "1"}, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while data := os.read(ours, 1 << 16):
                said += data
        except OSError:  # Linux's way to say that the other side is closed
            pass
        process.wait(60)
    os.close(ours)
    return said.decode()


@pytest.mark.parametrize("form", ["text", "csv", "jsonl"])
def test_texts(environment: Environment, nlptool: Run, tmp_path: Path, form: str) -> None:
    (tmp_path / "in.txt").write_text(EVIL)
    words = ("stem", "-i", "in.txt", "-f", form)
    said = on_terminal(environment, tmp_path, *words)
    assert "]0;own" in said
    assert not set(said) & {"\x1b", "\x07", "\x9b"}
    if form != "jsonl":
        assert "\x1b]0;own" in nlptool("stem", "-i", tmp_path / "in.txt").stdout.decode()


def test_names_and_descriptions(environment: Environment, home: Path, tmp_path: Path) -> None:
    (tmp_path / f"{EVIL}.txt").write_bytes(b"\xff\n")
    said = on_terminal(environment, tmp_path, "stem", "-i", f"{EVIL}.txt")
    assert SHOWN in said
    assert "\x1b" not in said
    model = {"task": "stem", "adapter": "nltk", "licence": EVIL, "description": EVIL}
    (home / "models.yaml").write_text(json.dumps({"models": {"m": model}}))
    for words in (("models", "show", "m"), ("models", "licenses", "m"), ("stem", f"--{EVIL}")):
        said = on_terminal(environment, tmp_path, *words)
        assert "owned" in said
        assert not set(said) & {"\x07", "\x9b"}
        assert "\x1b]0;" not in said


def test_usage_errors_as_json(nlptool: Run) -> None:
    for words in (("stem", "--nope"), ("nope",), ("stem", "-f", "nope")):
        done = nlptool(*words, "--log-json")
        assert done.code == 2
        (line,) = done.stderr.splitlines()
        assert json.loads(line)["level"] == "error"


ODD = os.fsdecode(b"\xff\xe9")


@pytest.mark.parametrize(
    "words",
    [
        ("stem", "-O", f"x={ODD}", "a"),
        ("stem", "-O", f"algorithm={'[' * 100_000}", "a"),
        ("stem", "-O", f"{ODD}=1", "a"),
        ("stem", "a", "--encoding", ODD),
        ("stem", "-i", "-", "--encoding", "hex"),
        ("stem", "-i", "-", "--encoding", "punycode"),
        ("stem", "-i", "-", "--encoding", "undefined"),
        ("stem", "-i", ODD),
        ("stem", f"--{ODD}"),
        ("stem", ODD),
        ("stem", "a", "-m", ODD),
        ("stem", "a", "-o", f"{ODD}/x"),
        ("stem", "a", "--registry", ODD),
        ("stem", "a", "-f", ODD),
        (ODD,),
        ("config", ODD),
        ("trust", ODD),
        ("models", "pull", ODD),
        ("models", "import", ODD),
        ("plugins", "install", ODD),
        ("eval", "sentiment", ODD),
    ],
    ids=lambda words: " ".join(words)[:40].encode("ascii", "backslashreplace").decode(),
)
def test_odd_words_are_one_line_of_json(nlptool: Run, words: tuple[str, ...]) -> None:
    done = nlptool(*words, "--log-json")
    assert done.code in (2, 3, 4, 6)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["level"] == "error"


CELLS = {"=1+1": "'=1+1", "+7": "+7", "-a": "'-a", "@SUM(A1)": "'@SUM(A1)", "a=b": "a=b"}


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_cells_that_a_spreadsheet_would_run(nlptool: Run, tmp_path: Path, form: str) -> None:
    rows = "\n".join(json.dumps({"text": "a", "=note": cell}) for cell in CELLS)
    words = ("stem", "--input-format", "jsonl", "-f", form)
    delimiter = "," if form == "csv" else "\t"
    for option, cells in (((), [*CELLS]), (("--csv-safe",), [*CELLS.values()])):
        done = nlptool(*words, *option, stdin=rows.encode())
        header, *found = csv.reader(io.StringIO(done.stdout.decode()), delimiter=delimiter)
        assert [row[1] for row in found] == cells
        assert header[1] == ("'=note" if option else "=note")


@given(st.lists(st.text(), min_size=1))
def test_no_safe_cell_begins_a_formula(cells: list[str]) -> None:
    encoder = TableEncoder(",", Layout(csv_safe=True))
    data = encoder.encode([{"=x": cell} for cell in cells]).decode("utf-8", "backslashreplace")
    found = [row[0] for row in csv.reader(io.StringIO(data, newline="")) if row]
    for cell in found:
        if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
            float(cell)
