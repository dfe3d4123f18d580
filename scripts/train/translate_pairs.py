"""Pairs of sentences to train translate-en-zh on.

    python scripts/train/translate_pairs.py DATA FOLDER [--everyday]

DATA has tatoeba, kajweb, pydocs, hn2024 and quantblogs .tsv.xz: English, a tab, Chinese a line.
FOLDER gets train.jsonl, last.jsonl and dev.jsonl with text and translation; last is for a short
practice in the end, dev is 500 pairs of Tatoeba whose English is nowhere in the others. With
--everyday only sentences of twelve words or less are taken.

Chinese is written in simplified characters with its own punctuation throughout (a quarter of
Tatoeba is traditional). What people wrote for learners comes more often than its share. A few
pairs are joined into paragraphs, others lose their capitals or their full stop, as users write.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections.abc import Iterator
from pathlib import Path

import everyday_pairs
from opencc import OpenCC

OPENCC = OpenCC("t2s")
Pair = tuple[str, str]

COPIES = {"tatoeba": 4, "kajweb": 2, "pydocs": 1, "hn2024": 1, "quantblogs": 1}
DEV = 500
JOINED, VARIED = 0.08, 0.08
"""Shares of pairs that come once more, joined with those that follow them, or written otherwise."""
STOPS = ".!?。！？"
GREETED, FILLED, PRACTISED = 10, 15_000, 40_000
"""Copies of the greetings; sentences with times, dates and names made up, to learn and at last."""
EVERYDAY_WORDS = 12
LEARNERS = ("tatoeba", "kajweb")
"""Sets written for learners, which are practised at last."""
BROKEN = {"hn2024", "quantblogs"}
"""Sets with many halves of sentences."""
HALF_WIDTH = str.maketrans("?!,;:", "？！，；：")


def main() -> None:
    """Write the two files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--everyday", action="store_true")
    given = parser.parse_args()
    dice = random.Random(0)
    words = EVERYDAY_WORDS if given.everyday else 100
    sets = {name: list(pairs(given.data / f"{name}.tsv.xz", words)) for name in COPIES}
    if given.everyday:
        for name in BROKEN:
            sets[name] = [pair for pair in sets[name] if pair[0][-1] in STOPS]
    dev = dice.sample(sets["tatoeba"], DEV)
    kept = {text.lower() for text, _ in dev}
    greetings = [pair for pair in everyday_pairs.greetings() if pair[0].lower() not in kept]
    train = greetings * GREETED
    train += everyday_pairs.filled(dice, FILLED)
    for name, copies in COPIES.items():
        known = [pair for pair in sets[name] if pair[0].lower() not in kept]
        train += known * copies + list(joined(known, dice)) + list(varied(known, dice))
    dice.shuffle(train)
    last = [pair for name in LEARNERS for pair in sets[name] if pair[0].lower() not in kept]
    last += [*greetings * GREETED, *everyday_pairs.filled(dice, PRACTISED)]
    given.folder.mkdir(parents=True, exist_ok=True)
    write(given.folder / "dev.jsonl", dev)
    write(given.folder / "train.jsonl", train)
    write(given.folder / "last.jsonl", last)
    print(f"{len(train)} pairs to train on, {len(dev)} to evaluate on")


def pairs(file: Path, words: int) -> Iterator[Pair]:
    """The pairs of a file whose lengths can be those of a text and its translation."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            text, _, translation = line.rstrip("\n").partition("\t")
            count = len(text.split())
            if 0 < count <= words and 0.4 * count <= len(translation) <= 5 * count + 10:
                yield text, simplified(translation)


def simplified(text: str) -> str:
    """Chinese in simplified characters, with full-width punctuation behind them."""
    text = OPENCC.convert(text)
    text = re.sub(r"(?<=[\u4e00-\u9fff])[?!,;:]", lambda mark: mark[0].translate(HALF_WIDTH), text)
    return re.sub(r"(?<=[\u4e00-\u9fff])\.$", "。", text)


def joined(known: list[Pair], dice: random.Random) -> Iterator[Pair]:
    """Two or three whole sentences that follow each other, as one."""
    for start in range(len(known)):
        if dice.random() < JOINED:
            together = known[start : start + dice.choice((2, 3))]
            if all(text[-1] in STOPS and found[-1] in STOPS for text, found in together):
                yield (
                    " ".join(text for text, _ in together),
                    "".join(found for _, found in together),
                )


def varied(known: list[Pair], dice: random.Random) -> Iterator[Pair]:
    """Pairs in small letters, in capitals, or without their last stop."""
    for text, translation in known:
        if dice.random() < VARIED:
            how = dice.random()
            if how < 0.4:
                yield text.lower(), translation
            elif how < 0.5:
                yield text.upper(), translation
            else:
                yield text.rstrip(STOPS), translation.rstrip(STOPS)


def write(file: Path, rows: list[Pair]) -> None:
    """The pairs as jsonl."""
    with file.open("w", encoding="utf-8") as lines:
        for text, translation in rows:
            row = {"text": text, "translation": translation}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
