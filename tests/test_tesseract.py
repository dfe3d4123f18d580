"""Tesseract as a model of ocr."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont, features

from tests.conftest import Run
from tests.pictures import drawn

DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

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


@pytest.mark.registry
def test_a_page_from_the_right_is_read_in_the_language_of_its_script(
    nlptool: Run, home: Path, tmp_path: Path
) -> None:
    file, folder = tmp_path / "page.png", tmp_path / "trained"
    if not (Path(DEJAVU).exists() and features.check("raqm")):
        pytest.skip("drawing Arabic needs DejaVu's font and Pillow with raqm")
    text = "يولد جميع الناس أحرارا متساوين في الكرامة\nوالحقوق وقد وهبوا عقلا وضميرا وعليهم أن\n"
    text += "يعامل بعضهم بعضا بروح الإخاء"
    page = Image.new("RGB", (1000, 240), "white")
    for at, line in enumerate(text.splitlines()):
        place = (40, 30 + 60 * at)
        ImageDraw.Draw(page).text(place, line, "black", ImageFont.truetype(DEJAVU, 32))
    page.save(file)
    assert nlptool("models", "pull", "tesseract-ar", "tesseract-en").code == 0
    folder.mkdir()
    for trained in (home / "store").rglob("*.traineddata"):
        (folder / trained.name).write_bytes(trained.read_bytes())
    read = nlptool("ocr", "-m", folder, file).stdout.decode()
    assert len(set(read.split()) & set(text.split())) >= 8
    assert nlptool("ocr", "-m", folder, file, "--level", "word").lines == read.split()
    (folder / "ara.traineddata").unlink()
    told = nlptool("ocr", "-m", folder, file, "-v")
    assert "its letters look Arabic" in told.stderr


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
