"""Pairs of sentences to train translate-en-zh on.

    python scripts/train/translate_pairs.py DATA FOLDER [--words 12]

DATA has tatoeba, kajweb, pydocs, hn2024 and quantblogs .tsv.xz: English, a tab, Chinese a line.
FOLDER gets train.jsonl and dev.jsonl with text and translation; dev is 500 pairs of Tatoeba whose
English is nowhere in train. With --words only pairs with English of so many words are taken.

What people wrote for learners comes more often than its share. A few pairs are joined into
paragraphs, others lose their capitals or their full stop, as users write.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

Pair = tuple[str, str]

COPIES = {"tatoeba": 3, "kajweb": 2, "pydocs": 2, "hn2024": 1, "quantblogs": 1}
DEV = 500
JOINED, VARIED = 0.08, 0.08
"""Shares of pairs that come once more, joined with those that follow them, or written otherwise."""
STOPS = ".!?。！？"
EVERYDAY = {
    "Hello": "你好",
    "Hi": "嗨",
    "Good morning": "早上好",
    "Good afternoon": "下午好",
    "Good evening": "晚上好",
    "Good night": "晚安",
    "Goodbye": "再见",
    "Bye": "再见",
    "See you tomorrow": "明天见",
    "See you later": "回头见",
    "Thank you": "谢谢你",
    "Thanks": "谢谢",
    "Thank you very much": "非常感谢",
    "You are welcome": "不客气",
    "Sorry": "对不起",
    "I am sorry": "对不起",
    "Excuse me": "打扰一下",
    "Please": "请",
    "Yes": "是",
    "No": "不",
    "OK": "好的",
    "Welcome": "欢迎",
    "Congratulations": "恭喜",
    "Happy birthday": "生日快乐",
    "Happy New Year": "新年快乐",
    "Cheers": "干杯",
    "Help": "救命",
    "Water": "水",
    "Bread": "面包",
    "Monday": "星期一",
    "Tuesday": "星期二",
    "Wednesday": "星期三",
    "Thursday": "星期四",
    "Friday": "星期五",
    "Saturday": "星期六",
    "Sunday": "星期日",
    "Today": "今天",
    "Tomorrow": "明天",
    "Yesterday": "昨天",
}
EVERYDAY_COPIES = 20


def main() -> None:
    """Write the two files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--words", type=int, default=100)
    given = parser.parse_args()
    dice = random.Random(0)
    sets = {name: list(pairs(given.data / f"{name}.tsv.xz", given.words)) for name in COPIES}
    dev = dice.sample(sets["tatoeba"], DEV)
    kept = {text.lower() for text, _ in dev}
    train = list(EVERYDAY.items()) * EVERYDAY_COPIES
    for name, copies in COPIES.items():
        known = [pair for pair in sets[name] if pair[0].lower() not in kept]
        train += known * copies + list(joined(known, dice)) + list(varied(known, dice))
    dice.shuffle(train)
    given.folder.mkdir(parents=True, exist_ok=True)
    write(given.folder / "dev.jsonl", dev)
    write(given.folder / "train.jsonl", train)
    print(f"{len(train)} pairs to train on, {len(dev)} to evaluate on")


def pairs(file: Path, words: int) -> Iterator[Pair]:
    """The pairs of a file whose lengths can be those of a text and its translation."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            text, _, translation = line.rstrip("\n").partition("\t")
            count = len(text.split())
            if 0 < count <= words and 0.4 * count <= len(translation) <= 5 * count + 10:
                yield text, translation


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
