"""The models inside the package, as a user without torch and without a network has them."""

from __future__ import annotations

import pytest

from tests.conftest import Run

SENTENCES = {
    "They sent me the wrong item and nobody answers.": "negative",
    "Great value for the price, I would order again.": "positive",
    "A warm, funny and honest book.": "positive",
    "The battery died after two days.": "negative",
    "What a waste of an evening.": "negative",
}


def test_sentiment_of_plain_sentences(nlptool: Run) -> None:
    done = nlptool("sentiment", "--offline", *SENTENCES, "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert [row["label"] for row in done.rows] == list(SENTENCES.values())
    assert all(row["score"] > 0.5 for row in done.rows)


@pytest.mark.parametrize("name", ["sentiment-en"])
def test_the_shipped_files_are_the_pinned_ones(nlptool: Run, name: str) -> None:
    done = nlptool("models", "verify", name, "--offline")
    assert done.code == 0, done.stderr
