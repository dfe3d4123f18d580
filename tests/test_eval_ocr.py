"""nlptool eval ocr: what is read against what a picture says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.errors import RecordError
from nlptool.tasks.picture import Line, Page
from nlptool.tasks.scoring.transcripts import TextScorer, distance
from tests.conftest import Run
from tests.pictures import drawn

NOWHERE = ((0, 0),) * 4


def page(*lines: str) -> Page:
    return Page([Line(text, 1.0, NOWHERE) for text in lines], 1, 1)  # type: ignore[arg-type]


@given(st.text("abc", max_size=80), st.text("abc", max_size=80))
def test_distance_is_that_of_levenshtein(one: str, other: str) -> None:
    row = list(range(len(other) + 1))
    for at, character in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, same in enumerate(other, 1):
            cost = min(row[place] + 1, row[place - 1] + 1, before + (character != same))
            before, row[place] = row[place], cost
    assert distance(one, other) == row[-1]
    assert distance(list(one), list(other)) == row[-1]


def test_rates_of_what_is_wrong_missing_and_too_much() -> None:
    scorer = TextScorer()
    assert scorer.add("City  Library\n", page("City", "Library")) == {"cer": 0, "wer": 0, "lost": 0}
    turned = scorer.add("one two", page("two one"))
    assert (turned["wer"], turned["lost"]) == (1, 0)
    assert scorer.add("图书馆 open", page("图书 馆", "opem")) == {
        "cer": 1 / 8,
        "wer": 1 / 4,
        "lost": 1 / 4,
    }
    assert scorer.add("lost", None) == {"cer": 1, "wer": 1, "lost": 1}
    assert scorer.scores().values["wer"] == (2 + 1 + 1) / (2 + 2 + 4 + 1)
    with pytest.raises(RecordError, match="expected a text"):
        scorer.add(7, page("seven"))


def test_files_beside_pictures_and_two_engines(nlptool: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, line in (("a", "Sunday"), ("b", "Monday"), ("c", "no truth")):
        drawn(line).save(folder / f"{name}.png")
    (folder / "a.gt.txt").write_text("Sunday")
    (folder / "b.txt").write_text("Sonday\n")
    done = nlptool("eval", "ocr", folder, "-m", "ppocr-v6", "-m", "ppocr-v6", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert "c.gt.txt beside it" in done.stderr
    (row, _) = done.rows
    assert (row["records"], row["unusable"], row["wer"]) == (2, 1, 0.5)
    assert row["cer"] == round(1 / 12, 4)
    assert row["each"][f"{folder}/b.png"] == {"cer": 1 / 6, "wer": 1, "lost": 1}
    text = nlptool("eval", "ocr", folder / "b.png", "-f", "text", COLUMNS="120").stdout.decode()
    assert "ppocr-v6: cer %" in text
    assert "16.67" in text


def test_pages_of_a_document_and_a_column(nlptool: Run, tmp_path: Path) -> None:
    pages = [drawn("first"), drawn("second")]
    pages[0].save(tmp_path / "both.pdf", save_all=True, append_images=pages[1:])
    (tmp_path / "both.txt").write_text("first\n\fsecond\n")
    done = nlptool("eval", "ocr", tmp_path / "both.pdf", "-f", "jsonl")
    assert (done.rows[0]["records"], done.rows[0]["cer"]) == (2, 0)
    assert [*done.rows[0]["each"]] == [f"{tmp_path}/both.pdf", f"{tmp_path}/both.pdf:2"]
    listed = tmp_path / "list.csv"
    listed.write_text(f"file,page,said\n{tmp_path}/both.pdf,2,second\n")
    done = nlptool("eval", "ocr", listed, "--truth", "said", "-f", "jsonl")
    assert (done.rows[0]["records"], done.rows[0]["wer"]) == (1, 0), done.stderr
