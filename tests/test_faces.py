"""Faces in pictures, and what they show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from nlptool_plugins.faces import EMOTIONS, kept, squared
from PIL import Image

from tests.conftest import Run
from tests.pictures import drawn

PORTRAIT = Path(__file__).parent.parent / "docs" / "images" / "astronaut.jpg"
EYES = (120, 100)
"""Between the eyes of the portrait."""


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.copy()


def test_a_face_is_found_and_its_emotions_are_weighed(nlptool: Run) -> None:
    done = nlptool("faces", PORTRAIT, "-f", "jsonl", "--offline")
    assert done.code == 0, done.stderr
    (row,) = done.rows
    left, top, right, low = row["box"]
    assert left < EYES[0] < right <= left + 130
    assert top < EYES[1] < low <= top + 150
    assert row["emotion"] == "happy"
    assert tuple(row["emotions"]) == EMOTIONS
    assert abs(sum(row["emotions"].values()) - 1) < 0.01
    (line,) = nlptool("faces", PORTRAIT).lines
    assert line.startswith("happy\t")
    assert line.endswith(f"\t{left},{top},{right},{low}")


def test_two_faces_and_none_in_a_folder_by_two_processes(nlptool: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    (folder / "in").mkdir(parents=True)
    portrait = opened(PORTRAIT)
    both = Image.new("RGB", (600, 300))
    both.paste(portrait, (0, 0))
    both.paste(portrait.resize((200, 200)), (350, 50))
    both.save(folder / "in" / "both.png")
    drawn("no face", "at all").save(folder / "text.png")
    (folder / "bad.png").write_bytes(b"\x89PNG is not enough")
    done = nlptool("faces", "-i", folder, "-f", "jsonl", "--overlay", "framed", "--jobs", "2")
    assert (done.code, "bad.png" in done.stderr) == (1, True)
    assert [row["file"] for row in done.rows] == [str(folder / "in" / "both.png")] * 2
    framed = tmp_path / "work" / "framed"
    sheet = opened(framed / "in" / "both.png.png")
    left, top, _, _ = done.rows[0]["box"]
    assert (sheet.size, sheet.getpixel((left + 1, top + 60))) == (both.size, (214, 40, 40))
    assert not list(framed.rglob("bad*"))


def test_options_are_checked(nlptool: Run, tmp_path: Path) -> None:
    assert nlptool("faces", PORTRAIT, "--min-confidence", "2").code == 2
    small = nlptool("faces", PORTRAIT, "-O", "min_face=3")
    assert (small.code, small.stderr.count("\n")) == (2, 1)
    none = nlptool("faces", PORTRAIT, "-O", "min_face=290", "-f", "jsonl")
    assert (none.code, none.rows) == (0, [])
    wrong = nlptool("faces", PORTRAIT, "--overlay", tmp_path / "face.jpg")
    assert (wrong.code, "a .png" in wrong.stderr) == (2, True)
    assert nlptool("faces", PORTRAIT, "--overlay", "face.png").code == 0
    assert opened(tmp_path / "work" / "face.png").size == (300, 300)


def test_of_boxes_that_overlap_the_surest_stays() -> None:
    boxes = np.array([[0, 0, 10, 10, 0.8], [1, 0, 11, 10, 0.9], [30, 0, 40, 10, 0.7]])
    assert kept(boxes, 0.5) == [1, 2]
    assert sorted(kept(boxes, 0.95)) == [0, 1, 2]
    inner = np.array([[0, 0, 100, 100, 0.9], [10, 10, 20, 20, 0.8]])
    assert kept(inner, 0.7) == [0, 1]
    assert kept(inner, 0.7, smaller=True) == [0]
    assert squared(np.array([[0, 10, 10, 30, 0.5]])).tolist() == [[-5, 10, 15, 30, 0.5]]
