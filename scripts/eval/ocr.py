"""How many words of scanned receipts are read: nlptool, and rapidocr itself beside it.

    python scripts/eval/ocr.py FOLDER [--raw] [OPTION OF NLPTOOL OCR ...]

FOLDER holds pictures NAME.jpg, and what they say in NAME.csv, as the SROIE task of ICDAR 2019 gives
it: ``x1,y1,x2,y2,x3,y3,x4,y4,TEXT`` a line of text, in capitals. Counted are the words of four
letters or more; a word is found when it stands anywhere in what was read.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

WORD = re.compile(r"[A-Z]{4,}")

Readings = dict[str, list[str]]


def main() -> None:
    """Print the shares."""
    folder = Path(sys.argv[1])
    pictures = sorted(str(picture) for picture in folder.glob("*.jpg"))
    if not pictures:
        raise SystemExit(f"{folder} has no *.jpg")
    truth = {picture: words(transcript(Path(picture).with_suffix(".csv"))) for picture in pictures}
    print(f"{len(pictures)} pictures, {sum(map(Counter.total, truth.values())):,} words")
    options = [word for word in sys.argv[2:] if word != "--raw"]
    share = found(truth, by_nlptool(folder, options))
    print(f"{' '.join(['nlptool ocr', *options])}: {share:.2%}")
    if "--raw" in sys.argv:
        print(f"rapidocr: {found(truth, by_rapidocr(pictures)):.2%}")


def words(lines: list[str]) -> Counter[str]:
    """The words that count, with how often they stand there."""
    return Counter(WORD.findall("\n".join(lines).upper()))


def transcript(file: Path) -> list[str]:
    """What a receipt says."""
    text = file.read_text(encoding="utf-8", errors="replace")
    return [line.split(",", 8)[8] for line in text.splitlines() if line.count(",") >= 8]


def found(truth: dict[str, Counter[str]], readings: Readings) -> float:
    """The share of all words that were read."""
    hits = sum((truth[name] & words(readings.get(name, []))).total() for name in truth)
    return hits / sum(map(Counter.total, truth.values()))


def by_nlptool(folder: Path, options: list[str]) -> Readings:
    """The lines of each picture."""
    command = [sys.executable, "-m", "nlptool", "ocr", "-i", str(folder), "-f", "jsonl", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    readings: Readings = {}
    for row in map(json.loads, done.stdout.splitlines()):
        readings.setdefault(row["file"], []).append(row["text"])
    return readings


def by_rapidocr(pictures: list[str]) -> Readings:
    """The lines of each picture, page by page, as rapidocr is set up."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    return {picture: list(engine(picture).txts or ()) for picture in pictures}


if __name__ == "__main__":
    main()
