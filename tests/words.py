"""A small corpus with structure, and vectors of it."""

from __future__ import annotations

import random
from pathlib import Path

ANIMALS = ["cat", "dog", "horse", "cow", "sheep", "goat"]
FOODS = ["bread", "cheese", "apple", "soup", "rice", "honey"]
CITIES = ["Paris", "London", "Berlin", "Rome", "Madrid", "Vienna"]
GROUPS = (ANIMALS, FOODS, CITIES)


def sentences(count: int = 1500) -> list[str]:
    """Sentences in which the words of a group stand in like places."""
    draw = random.Random(7).choice
    made = []
    for _ in range(count):
        made.append(f"The {draw(ANIMALS)} runs and the {draw(ANIMALS)} sleeps in its stable.")
        made.append(f"We eat {draw(FOODS)} with {draw(FOODS)} for lunch on a plate!")
        made.append(f"A train leaves {draw(CITIES)} for {draw(CITIES)} at noon, says the station")
    return made


def corpus(folder: Path) -> Path:
    """The sentences in a file."""
    file = folder / "corpus.txt"
    file.write_text("\n".join(sentences()) + "\n", "utf-8")
    return file
