"""Tesseract as a model of ocr."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.pictures import drawn

pytest.importorskip("tesserocr", reason="needs nlptool[tesseract]")


@pytest.mark.registry
def test_lines_and_words_by_tesseract(nlptool: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    drawn("Sunday and holidays", "closed at 12.30").save(file)
    done = nlptool("ocr", "-m", "tesseract-en", file, "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert [row["text"] for row in done.rows] == ["Sunday and holidays", "closed at 12.30"]
    assert all(row["confidence"] > 0.5 for row in done.rows)
    words = nlptool("ocr", "-m", "tesseract-en", file, "-f", "jsonl", "--level", "word").rows
    assert [row["text"] for row in words] == "Sunday and holidays closed at 12.30".split()
    (left, top), _, (right, low), _ = words[0]["box"]
    assert 20 < left < right < 160
    assert 5 < top < low < 70
    sure = nlptool("ocr", "-m", "tesseract-en", file, "--min-confidence", "1")
    assert (sure.code, sure.lines) == (0, [""])

    (trained,) = (home / "store").rglob("eng.traineddata")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "rus.traineddata").write_bytes(trained.read_bytes())
    own = nlptool("ocr", "-m", folder, file, "--languages", "ru")
    assert own.lines == ["Sunday and holidays", "closed at 12.30"]


def test_languages_that_are_not_here_are_told(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    drawn("Sunday").save(file)
    folder = tmp_path / "trained"
    folder.mkdir()
    (folder / "chi_sim.traineddata").write_bytes(b"no model")
    none = nlptool("ocr", "-m", folder, file, "--languages", "en,ko")
    assert (none.code, none.stderr.count("\n")) == (2, 1)
    assert "no eng.traineddata; it has chi_sim" in none.stderr
    assert "apt install tesseract-ocr-eng" in none.stderr
    wrong = nlptool("ocr", "-m", folder, file, "--languages", "zh")
    assert wrong.code == 4
    assert "does not load chi_sim" in wrong.stderr
    assert nlptool("ocr", "-m", folder, file, "-O", "psm=99").code == 2
