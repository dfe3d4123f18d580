"""How much of pictures is read right, by nlptool and by others beside it.

    python scripts/eval/ocr.py FOLDER [ENGINE ...] [-- OPTION OF NLPTOOL OCR ...]

FOLDER holds pictures, and what they say in NAME.gt.txt, as scripts/eval/ocr_pages.py writes it, or
in NAME.csv, as the SROIE task of ICDAR 2019 gives it: ``x1,y1,x2,y2,x3,y3,x4,y4,TEXT`` a line of
text, in capitals; then capitals count as small letters. Engines are nlptool (if none is named),
rapidocr, tesseract and easyocr, each as it is set up, one after the other; easyocr has the weights
of nlptool's model easyocr-en. Tesseract has one thread, as its own documentation advises for many
pages: its threads wait for each other by spinning.

Printed are the rates of wrong characters and words (in the order of the page), the share of words
that are read nowhere, that of the words of four letters or more that are read, and the seconds of a
processor that a page took, all told.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

from nlptool.tasks.scoring.transcripts import WORD, distance, normal

SUFFIXES = (".png", ".jpg")
LETTERS = re.compile(r"[^\W\d_]{4,}")
RAPIDOCR = """
import json, sys
from rapidocr import RapidOCR
engine = RapidOCR(params={"Global.log_level": "critical"})
print(json.dumps({name: list(engine(name).txts or ()) for name in sys.argv[1:]}))
"""
EASYOCR = """
import json, sys
from nlptool_plugins.torchvision_schema import make_importable
make_importable()
import easyocr
reader = easyocr.Reader(["en"], gpu=False, model_storage_directory=sys.argv[1], verbose=False)
print(json.dumps({name: reader.readtext(name, detail=0) for name in sys.argv[2:]}))
"""

Readings = dict[str, list[str]]


def main() -> None:
    """Print a line an engine."""
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    folder, *engines = words[:end]
    pictures = sorted(str(file) for file in Path(folder).iterdir() if file.suffix in SUFFIXES)
    if not pictures:
        raise SystemExit(f"{folder} has no pictures")
    truth = {picture: transcript(Path(picture)) for picture in pictures}
    print(f"{len(pictures)} pictures")
    print("engine\tcer\twer\tlost\tfound\tseconds")
    for engine in engines or ["nlptool"]:
        before = spent()
        readings = read(engine, pictures, words[end + 1 :])
        figures = [f"{value:.2%}" for value in scores(truth, readings)]
        print(engine, *figures, f"{(spent() - before) / len(pictures):.2f}", sep="\t", flush=True)


def transcript(picture: Path) -> str:
    """What a picture says."""
    text = picture.with_suffix(".gt.txt")
    if text.exists():
        return text.read_text(encoding="utf-8")
    lines = picture.with_suffix(".csv").read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line.split(",", 8)[8] for line in lines if line.count(",") >= 8).lower()


def scores(truth: dict[str, str], readings: Readings) -> list[float]:
    """The rates of wrong characters and words, of words that are nowhere, and of those found that
    have four letters or more."""
    wrong, whole = Counter[str](), Counter[str]()
    for name, text in truth.items():
        read = "\n".join(readings.get(name, []))
        read = read if text != text.lower() else read.lower()
        words, found = WORD.findall(text), WORD.findall(read)
        long, seen = (Counter(LETTERS.findall(one)) for one in (text, read))
        wrong["cer"] += distance(normal(text), normal(read))
        wrong["wer"] += distance(words, found)
        wrong["lost"] += (Counter(words) - Counter(found)).total()
        wrong["found"] += (long & seen).total()
        whole["cer"] += len(normal(text))
        whole["wer"] += len(words)
        whole["lost"] += len(words)
        whole["found"] += long.total()
    return [wrong[name] / max(1, whole[name]) for name in ("cer", "wer", "lost", "found")]


def read(engine: str, pictures: list[str], options: list[str]) -> Readings:
    """The lines of each picture."""
    if engine == "tesseract":
        return {name: said("tesseract", name, "stdout").splitlines() for name in pictures}
    if engine == "rapidocr":
        return rows(said(sys.executable, "-c", RAPIDOCR, *pictures))
    if engine == "easyocr":
        said(sys.executable, "-m", "nlptool", "models", "pull", "-q", "easyocr-en")
        models = said(sys.executable, "-m", "nlptool", "models", "path", "easyocr-en").strip()
        quiet = (sys.executable, "-W", "ignore", "-c", EASYOCR)
        return rows(said(*quiet, models, *pictures))
    readings: Readings = {}
    command = (sys.executable, "-m", "nlptool", "ocr", "-f", "jsonl", *options, *pictures)
    for row in map(json.loads, said(*command).splitlines()):
        readings.setdefault(row["file"], []).append(row["text"])
    return readings


def rows(text: str) -> Readings:
    """Readings as an engine's script prints them."""
    readings: Readings = json.loads(text)
    return readings


def said(*command: str) -> str:
    """What a command prints."""
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    environment = alone if command[0] == "tesseract" else None
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode() or f"{command[0]} failed")
    return done.stdout.decode()


def spent() -> float:
    """Seconds of a processor that the commands so far have taken."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
