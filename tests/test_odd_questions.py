"""Hostile inputs to sentiment and qa: a right answer or one clear line, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nlptool.errors import ModelError
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.tasks.sentiment import SENTIMENT

LONG = "the house was very green and " * 16_700
assert len(LONG.split()) > 100_000

TEXTS: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "space": (" \t\u3000 ", ""),
    "a lone letter": ("x", "*"),
    "emoji only": ("😡😡😡", "vocabulary"),
    "emoji and words": ("😀 kind 😀", "positive"),
    "a flag and a family": ("🏳️‍🌈👩‍👩‍👧‍👦", "vocabulary"),
    "100,000 words": ("awful service " * 50_000, "negative"),
    "a word of 100,000 letters": ("a" * 100_000, "vocabulary"),
    "special tokens": ("[CLS] [SEP] [PAD] rude [MASK]", "negative"),
    "only a special token": ("[PAD]", "*"),
    "right to left": ("مرحبا بالعالم", "vocabulary"),
    "direction marks": ("\u202eawful\u202c", "negative"),
    "zero width": ("\u200bawful\u200b", "negative"),
    "combining marks": ("awful" + "\u0301" * 500, "*"),
    "full width": ("ＫＩＮＤ kind", "positive"),
    "Han": ("坏", "*"),
    "astral": ("𠀀𪚥", "vocabulary"),
    "private use": ("\ue000", "vocabulary"),
    "a control character": ("kind\x07", "positive"),
    "escape sequences": ("\x1b[31m rude \x1b[0m", "negative"),
    "digits": ("3.14 1e10", "*"),
    "format strings": ("{0} %s ${HOME} bad", "negative"),
    "rich markup": ("[bold]kind[/bold] [/]", "positive"),
    "json": ('{"text": "rude"}', "negative"),
    "many lines": ("kind\ngood\r\nquick", "positive"),
    "one line separator": ("kind\u2028good", "positive"),
}

QUESTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "no question": ({"question": "", "context": "in Oslo"}, "question is empty"),
    "no context": ({"question": "where ?", "context": ""}, "context is empty"),
    "a context of space": ({"question": "where ?", "context": " \n"}, "context is empty"),
    "context missing": ({"question": "where ?"}, "no column context"),
    "question missing": ({"context": "in Oslo"}, "no column question"),
    "a number as context": ({"question": "where ?", "context": 3}, "Expected str"),
    "null as question": ({"question": None, "context": "in Oslo"}, "Expected str"),
    "a list as context": ({"question": "where ?", "context": ["in Oslo"]}, "Expected str"),
    "emoji as question": ({"question": "😀", "context": "in Oslo"}, "part of the question"),
    "emoji as context": ({"question": "where ?", "context": "😀😀"}, "part of the context"),
    "a question longer than the window": (
        {"question": "where is the house " * 40, "context": "in Oslo"},
        "the question has 160 tokens",
    ),
    "a question of 100,000 words": ({"question": LONG, "context": "in Oslo"}, "it may have"),
    "100,000 words before": ({"question": "where ?", "context": f"{LONG}in Oslo"}, "Oslo"),
    "100,000 words after": ({"question": "where ?", "context": f"Oslo {LONG}"}, "Oslo"),
    "a long word before": (
        {"question": "where ?", "context": f"it {'a' * 5000} was in Oslo"},
        "Oslo",
    ),
    "emoji about the answer": ({"question": "where ?", "context": "in 👩‍👧 Oslo 👍🏽 ."}, "Oslo"),
    "special tokens": ({"question": "where [SEP] ?", "context": "[SEP] in Oslo"}, "Oslo"),
    "marks about the answer": ({"question": "where ?", "context": "in \u202eOslo\u202c"}, "Oslo"),
    "one word": ({"question": "where ?", "context": "Oslo"}, "Oslo"),
    "line ends": ({"question": "where\r\n?", "context": "the house\r\n\r\nwas in\r\nOslo"}, "Oslo"),
}


@pytest.fixture(scope="module")
def rows(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one run over all texts, and one over all questions, says of each."""
    home = tmp_path_factory.mktemp("home")
    return {
        **_run(
            "sentiment", tiny, home, {name: {"text": text} for name, (text, _) in TEXTS.items()}
        ),
        **_run("qa", tiny, home, {name: row for name, (row, _) in QUESTIONS.items()}),
    }


def _run(task: str, tiny: Path, home: Path, records: dict[str, Any]) -> dict[str, Any]:
    lines = [json.dumps({"id": f"{task}: {name}", **row}) for name, row in records.items()]
    words = [task, "--input-format", "jsonl", "-f", "jsonl", "--on-error", "emit", "-m"]
    done = subprocess.run(
        [sys.executable, "-m", "nlptool", *words, tiny / f"{task}-onnx"],
        input="\n".join(lines).encode(),
        capture_output=True,
        env={**os.environ, "NLPTOOL_HOME": str(home)},
        timeout=300,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1
    return {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(rows: dict[str, Any], name: str) -> None:
    row, expected = rows[f"sentiment: {name}"], TEXTS[name][1]
    if "error" in row:
        assert expected in ("*", "vocabulary")
        assert row["error"] == "no part of the text is in the model's vocabulary"
    else:
        assert expected in ("*", row["label"])
        assert 0 <= row["score"] <= 1


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions(rows: dict[str, Any], name: str) -> None:
    row, (record, expected) = rows[f"qa: {name}"], QUESTIONS[name]
    if "error" in row:
        assert expected in row["error"]
        assert "answer" not in row
    else:
        assert row["answer"] == expected
        assert record["context"][row["start"] : row["end"]] == expected


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("model.onnx", b"", "cannot be loaded"),
        ("model.onnx", b"\x08\x07 no model", "cannot be loaded"),
        ("tokenizer.json", b"{}", "tokenizer.json: "),
        ("tokenizer.json", b"\x00\xff", "tokenizer.json: "),
        ("config.json", b"[", "config.json"),
        ("config.json", b"[]", "config.json"),
        ("config.json", None, "has no file config.json"),
    ],
)
def test_damaged_folders(
    tiny: Path, tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    for file in (tiny / "sentiment-onnx").iterdir():
        if file.name != name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
        elif data is not None:
            (tmp_path / name).write_bytes(data)
    pool = Pool(Resolver(SENTIMENT, Choice()))
    with pytest.raises(ModelError, match=message) as caught:
        pool.adapter(str(tmp_path))
    assert len(str(caught.value)) < 400
