"""BLEU and chrF on FLORES: models of nlptool beside what other systems answered.

    python scripts/eval/flores.py FOLDER [--reverse] [--model NAME|FOLDER ...]

FOLDER has flores-dev.en, flores-dev.zh and each system's answers in flores-dev.SYSTEM.zh, a
sentence a line; --reverse: Chinese to English, which no other's answers are there for. Extra
`nlptool[bleu]` is needed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from nlptool.tasks.scoring.translations import TranslationScorer
from nlptool.tasks.translate import Translation

TEST = "flores-dev"


def main() -> None:
    """Print a table, the best last."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", action="append", default=[])
    parser.add_argument("--reverse", action="store_true")
    given = parser.parse_args()
    texts, truths = (lines(given.folder / f"{TEST}.{language}") for language in ("en", "zh"))
    rows = {}
    if given.reverse:
        texts, truths = truths, texts
    else:
        for file in given.folder.glob(f"{TEST}.*.zh"):
            rows[file.name.split(".")[1]] = scores(lines(file), truths)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as data:
        for text, truth in zip(texts, truths, strict=True):
            data.write(json.dumps({"text": text, "reference": truth}) + "\n")
        data.flush()
        for model in given.model:
            rows[model] = evaluated(model, data.name)
    print(f"{'system':28} {'BLEU':>6} {'chrF':>6} {'length':>7}")
    for name, row in sorted(rows.items(), key=lambda item: item[1]["bleu"]):
        bleu, chrf, ratio = row["bleu"] * 100, row["chrf"] * 100, row["length_ratio"]
        print(f"{name:28} {bleu:6.1f} {chrf:6.1f} {ratio:7.2f}")


def lines(file: Path) -> list[str]:
    """The lines of a file."""
    return file.read_text("utf-8").splitlines()


def scores(answers: list[str], truths: list[str]) -> dict[str, float]:
    """A system's figures."""
    scorer = TranslationScorer()
    for answer, truth in zip(answers, truths, strict=True):
        scorer.add(truth, Translation(answer))
    return scorer.scores().values


def evaluated(model: str, data: str) -> dict[str, float]:
    """A model's figures, by nlptool."""
    line = [sys.executable, "-m", "nlptool", "eval", "translate", data, "-m", model, "-f", "jsonl"]
    done = subprocess.run(line, check=True, stdout=subprocess.PIPE)
    row: dict[str, float] = json.loads(done.stdout)
    return row


if __name__ == "__main__":
    main()
