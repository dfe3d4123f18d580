"""Split SQuAD files for training: whole articles of the first for dev, the others for training.

    python squad_split.py DEV_QUESTIONS SEED OUT FILE...

writes OUT/dev.json, of DEV_QUESTIONS questions, and OUT/train.json. To the training data it
adds questions without an answer: for one context in five, a question of another context of the
same article or file.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

STRANGE_SHARE = 0.2

Article = dict[str, Any]


def main() -> None:
    """Read the command line and write both files."""
    questions, seed, out, *files = sys.argv[1:]
    dice = random.Random(int(seed))
    first, *others = (json.loads(Path(file).read_text("utf-8"))["data"] for file in files)
    dice.shuffle(first)
    dev: list[Article] = []
    while sum(map(count, dev)) < int(questions):
        dev.append(first.pop())
    trim(dev[-1], sum(map(count, dev)) - int(questions))
    train = [*first, *(article for file in others for article in file)]
    known = {paragraph["context"] for article in dev for paragraph in article["paragraphs"]}
    for article in train:
        article["paragraphs"] = [p for p in article["paragraphs"] if p["context"] not in known]
    add_strange_questions(train, dice)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (("dev", dev), ("train", train)):
        text = json.dumps({"version": name, "data": data}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text, "utf-8")
        print(name, sum(map(count, data)), "questions", file=sys.stderr)


def count(article: Article) -> int:
    """An article's questions."""
    return sum(len(paragraph["qas"]) for paragraph in article["paragraphs"])


def trim(article: Article, surplus: int) -> None:
    """Leave out the last questions of an article."""
    for paragraph in reversed(article["paragraphs"]):
        left = max(0, len(paragraph["qas"]) - surplus)
        surplus -= len(paragraph["qas"]) - left
        paragraph["qas"] = paragraph["qas"][:left]


def add_strange_questions(data: list[Article], dice: random.Random) -> None:
    """Ask some contexts what only another one answers."""
    paragraphs = [paragraph for article in data for paragraph in article["paragraphs"]]
    asked = [paragraph["qas"][0] for paragraph in paragraphs]
    for paragraph, question in zip(paragraphs, asked[1:] + asked[:1], strict=True):
        if dice.random() < STRANGE_SHARE and question not in paragraph["qas"]:
            strange = {**question, "id": f"{question['id']}-strange", "answers": []}
            paragraph["qas"].append(strange)


if __name__ == "__main__":
    main()
