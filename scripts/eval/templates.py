"""A decoder that answers other tasks by a template, beside the models made for them.

    python scripts/eval/templates.py [--reviews FILE.csv... --count 180]
        [--squad FILE.json --questions 60]
        [--sentiment-models sentiment-qwen sentiment-zh] [--qa-models qa-qwen qa-en]

Takes so many records of the files, evenly through each, and prints the tables of ``nlptool eval``.
The models must be here (nlptool models pull).
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from common import NLPTOOL, machine


def evenly(records: Sequence[Any], count: int) -> list[Any]:
    """So many of the records, from the first one on."""
    count = min(count, len(records))
    return [records[number * len(records) // count] for number in range(count)]


def reviews(files: Sequence[Path], count: int, into: Path) -> None:
    """A sample of reviews with their labels as a CSV file."""
    with into.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["label", "text"], extrasaction="ignore")
        writer.writeheader()
        for file in files:
            with file.open(encoding="utf-8", newline="") as source:
                writer.writerows(evenly([*csv.DictReader(source)], count // len(files)))


def questions(file: Path, count: int, into: Path) -> None:
    """A sample of a SQuAD file's questions as another one."""
    data = json.loads(file.read_text("utf-8"))["data"]
    found = [
        (passage["context"], asked)
        for article in data
        for passage in article["paragraphs"]
        for asked in passage["qas"]
    ]
    paragraphs = [{"context": context, "qas": [asked]} for context, asked in evenly(found, count)]
    into.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")


def compare(task: str, data: Path, models: Sequence[str]) -> None:
    """Print the table of some models."""
    named = [part for model in models for part in ("-m", model)]
    subprocess.run([*NLPTOOL, "eval", task, str(data), *named], check=True)


def main() -> None:
    """Print a table a task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=Path, nargs="+", default=[])
    parser.add_argument("--count", type=int, default=180)
    parser.add_argument("--squad", type=Path)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--sentiment-models", nargs="+", default=["sentiment-qwen", "sentiment-zh"])
    parser.add_argument("--qa-models", nargs="+", default=["qa-qwen", "qa-en"])
    given = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if given.reviews:
            reviews(given.reviews, given.count, Path(folder, "reviews.csv"))
            compare("sentiment", Path(folder, "reviews.csv"), given.sentiment_models)
        if given.squad:
            questions(given.squad, given.questions, Path(folder, "questions.json"))
            compare("qa", Path(folder, "questions.json"), given.qa_models)


if __name__ == "__main__":
    main()
