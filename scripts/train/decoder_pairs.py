"""Pairs of sentences to teach a decoder to translate, the best of what there is, in random order.

    python scripts/train/decoder_pairs.py DATA OUT.tsv.xz

DATA has tatoeba, kajweb, pydocs, hn2024 and quantblogs .tsv.xz: English, a tab, Chinese a line.
What nlptool itself would flag as a translation is left out: a number, a date or a sum that is
another one, a negation gone, words left in English; names of people in Latin letters mostly too.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
from collections import Counter
from pathlib import Path

import everyday_pairs
from decoder_figures import figures
from everyday_pairs import Pair
from translate_pairs import joined, pairs, varied

from nlptool.translation.checks import faults

SHARES = {"tatoeba": 1.0, "kajweb": 1.0, "pydocs": 0.5, "hn2024": 1.0, "quantblogs": 0.7}
WORDS = 90
FIGURES, FILLED = 12_000, 3_000
NAMED = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+")
NAMED_KEPT = 0.15
"""The share that stays of pairs of the news whose Chinese has a name in Latin letters."""


def main() -> None:
    """Write the pairs, and tell how many of each file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    dice = random.Random(0)
    told: Counter[str] = Counter()
    rows = [*everyday_pairs.greetings(), *everyday_pairs.filled(dice, FILLED)]
    rows += figures(dice, FIGURES)
    for name, share in SHARES.items():
        known = list(pairs(given.data / f"{name}.tsv.xz", WORDS))
        good = [pair for pair in known if dice.random() < share and fit(pair, name, dice)]
        together = [
            *joined(good, dice),
            *(pair for pair in varied(good, dice) if dice.random() < 0.3),
        ]
        told |= {f"{name} known": len(known), name: len(good), f"{name} joined": len(together)}
        rows += good + together
    dice.shuffle(rows)
    with lzma.open(given.out, "wt", encoding="utf-8") as lines:
        lines.writelines(f"{text}\t{translation}\n" for text, translation in rows)
    print(len(rows), dict(told))


def fit(pair: Pair, name: str, dice: random.Random) -> bool:
    """Whether it is a translation as it should be."""
    text, translation = pair
    if "\n" in text + translation or not re.search("[\u4e00-\u9fff]", translation):
        return False
    if name != "pydocs" and NAMED.search(translation) and dice.random() > NAMED_KEPT:
        return False
    return not faults(text, translation, (), ("en", "zh"))


if __name__ == "__main__":
    main()
