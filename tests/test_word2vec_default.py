"""The vectors that come with nlptool: a question works the moment it is installed."""

from __future__ import annotations

from nlptool.config.paths import packaged
from tests.conftest import Run

LARGEST = 6 << 20


def test_questions_need_no_model_named(nlptool: Run) -> None:
    near = nlptool("word2vec", "similar", "King", "-n", "3")
    assert near.code == 0
    assert len(near.lines) == 3
    assert nlptool("word2vec", "odd-one", "breakfast lunch dinner car").lines == ["car"]
    solved = nlptool("word2vec", "analogy", "bigger - big + small", "-n", "3", "-f", "jsonl")
    assert "smaller" in [near["word"] for near in solved.rows[0]["similar"]]


def test_they_are_small_and_have_their_card() -> None:
    folder = packaged("weights/word2vec-en")
    assert sum(file.stat().st_size for file in folder.iterdir()) < LARGEST
    assert "CC BY-NC-SA 4.0" in (folder / "CARD.md").read_text("utf-8")
