"""Texts that a teacher judges and sentiment-en learns from.

    python scripts/train/sentiment_texts.py TRAIN.tsv REVIEWS.json EVERYDAY.tsv.xz TEXTS.jsonl

TRAIN.tsv is SST-2's (a header, then 0 or 1 and a phrase), REVIEWS.json has SQuADShifts' contexts
from Amazon, EVERYDAY.tsv.xz Tatoeba's sentences in its first column. The phrases come as they are,
once more joined by twos, for what is judged in use are whole sentences, and after them the
sentences of the reviews and of every day.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections.abc import Iterator
from pathlib import Path

LINKS = (" , and ", " , but ", " . ", " ; ", " -- ", " , yet ", " because ", " , ")
SHORTEST, LONGEST = 3, 40
"""Words of a phrase that is joined, and of a review's sentence."""


def joined(phrases: list[str], dice: random.Random) -> Iterator[str]:
    """Half as many texts as there are phrases."""
    whole = [phrase for phrase in phrases if len(phrase.split()) >= SHORTEST]
    for _ in range(len(phrases) // 2):
        yield dice.choice(LINKS).join(dice.sample(whole, 2))


def sentences(reviews: Path) -> Iterator[str]:
    """The sentences of the contexts."""
    for article in json.loads(reviews.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for sentence in re.split(r"(?<=[.!?])\s+", paragraph["context"]):
                if SHORTEST <= len(sentence.split()) <= LONGEST:
                    yield sentence


def everyday(pairs: Path) -> Iterator[str]:
    """The first column, each sentence once."""
    with lzma.open(pairs, "rt", encoding="utf-8") as lines:
        yield from dict.fromkeys(line.partition("\t")[0].strip() for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("train", "reviews", "everyday", "texts"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    lines = given.train.read_text("utf-8").splitlines()[1:]
    known = [line.partition("\t")[2].strip() for line in lines]
    everything = [
        *known,
        *joined(known, random.Random(0)),
        *sentences(given.reviews),
        *everyday(given.everyday),
    ]
    with given.texts.open("w", encoding="utf-8") as out:
        for text in everything:
            out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
