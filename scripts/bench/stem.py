"""nlptool stem of a million words against loops over the raw libraries; memory by input."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from common import NLPTOOL, cost, machine, report

LETTERS = ("bcdfghklmnprstvw", "aeiou")
ENDINGS = ("", "s", "ed", "ing", "er", "ly", "ness", "ation", "ational", "fulness", "izer")
LOOP = """
import sys
{make}
for line in sys.stdin:
    sys.stdout.write(stem(line.rstrip("\\n")) + "\\n")
"""
PYSTEMMER = "import Stemmer; stem = Stemmer.Stemmer('porter').stemWord"
NLTK = "from nltk.stem import PorterStemmer as P; stem = P(mode=P.ORIGINAL_ALGORITHM).stem"


def main() -> None:
    """Print the ratios, and the peak of memory at 10,000 and at 1,000,000 words."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        many, few = Path(folder, "many"), Path(folder, "few")
        words = drawn(1_000_000)
        many.write_text("\n".join(words))
        few.write_text("\n".join(words[:10_000]))
        ours = cost((*NLPTOOL, "stem"), many)
        for name, make in (("PyStemmer", PYSTEMMER), ("NLTK", NLTK)):
            raw = cost((sys.executable, "-c", LOOP.format(make=make)), many, times=2)
            report(f"stem 1,000,000 words, {name}", ours, raw, 1.5)
        little = cost((*NLPTOOL, "stem"), few)
    print(f"peak memory: {little.peak:.1f} MiB at 10,000 words, {ours.peak:.1f} MiB at 1,000,000")


def drawn(count: int) -> list[str]:
    """Words of 40,000 that look like English, some more often than others; always the same."""
    dice = random.Random(1)
    consonants, vowels = LETTERS
    vocabulary = [
        "".join(dice.choice(consonants) + dice.choice(vowels) for _ in range(dice.randint(1, 3)))
        + dice.choice(consonants)
        + dice.choice(ENDINGS)
        for _ in range(40_000)
    ]
    weights = [1 / rank for rank in range(10, len(vocabulary) + 10)]
    return dice.choices(vocabulary, weights, k=count)


if __name__ == "__main__":
    main()
