"""What the quality checks flag, and how well a model's likelihood tells good from bad.

    python scripts/eval/doubts.py checks FOLDER
    python scripts/eval/doubts.py likelihood FILE.jsonl

FOLDER is that of flores.py: the share of each system's translations, and of the references (zh, and
en for the other way), that a check flags; of the references all flags are false. FILE.jsonl is what
``nlptool translate --scores -f jsonl --with-input`` wrote, with a column ``good`` that a reader
filled in (true or false): for each threshold of the score the flags' precision and recall.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from nlptool.translation.checks import faults

TEST = "flores-dev"


def checks(folder: Path) -> None:
    """A row a system: sentences, flagged ones, and how often each flag."""
    english, chinese = (
        (folder / f"{TEST}.{language}").read_text("utf-8").splitlines() for language in ("en", "zh")
    )
    for file in [*sorted(folder.glob(f"{TEST}*.zh")), folder / f"{TEST}.en"]:
        languages = ("en", "zh") if file.suffix == ".zh" else ("zh", "en")
        texts = english if file.suffix == ".zh" else chinese
        answers = file.read_text("utf-8").splitlines()
        found = [faults(*pair, (), languages) for pair in zip(texts, answers, strict=True)]
        flags = Counter(flag for each in found for flag in each)
        row = {"system": file.name, "sentences": len(found), "flagged": sum(map(bool, found))}
        print(json.dumps({**row, **flags}))


def likelihood(file: Path) -> None:
    """A row a threshold: what it flags, how much of that is bad, how much of the bad it flags."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    bad = sum(not row["good"] for row in rows)
    for threshold in sorted({row["score"] for row in rows}):
        flagged = [row for row in rows if row["score"] <= threshold]
        right = sum(not row["good"] for row in flagged)
        shares = {"precision": right / len(flagged), "recall": right / max(1, bad)}
        shown = {name: round(share, 3) for name, share in shares.items()}
        print(json.dumps({"unlikely": threshold, "flagged": len(flagged), **shown}))


if __name__ == "__main__":
    {"checks": checks, "likelihood": likelihood}[sys.argv[1]](Path(sys.argv[2]))
