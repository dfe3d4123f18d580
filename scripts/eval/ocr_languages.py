"""Which languages a model of ocr reads: the share of wrong characters (CER) in rendered text.

    python scripts/eval/ocr_languages.py FONT [OPTION OF NLPTOOL OCR ...]

The text is the first article of the Universal Declaration of Human Rights, drawn line by line in
black, 28 pixels high, in FONT (such as DejaVuSans.ttf), or in the package's own where FONT lacks a
character. A language is read where at most one character in a hundred is wrong.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from nlptool.config.paths import FONT, packaged

TEXTS = Path(__file__).with_name("ocr_languages.tsv")
READ = 0.01
SIZE, WIDTH = 28, 60


def main() -> None:
    """Print a row a language, and the codes of those that are read."""
    font, options = sys.argv[1], sys.argv[2:]
    read = []
    with tempfile.TemporaryDirectory() as folder:
        for line in TEXTS.read_text(encoding="utf-8").splitlines():
            code, text = line.split("\t")
            file = Path(folder, f"{code}.png")
            drawn(text, font).save(file)
            done = subprocess.run(
                [sys.executable, "-m", "nlptool", "ocr", str(file), *options],
                stdout=subprocess.PIPE,
                check=True,
            )
            share = wrong(text, done.stdout.decode())
            read += [code] * (share <= READ)
            print(f"{code}\t{share:.2%}", flush=True)
    print(" ".join(read))


def drawn(text: str, font: str) -> Image.Image:
    """The text on white, in lines."""
    spaced = " " in text
    lines = textwrap.wrap(text, WIDTH if spaced else WIDTH // 2)
    letters = ImageFont.truetype(font if spaced else str(packaged(FONT)), SIZE)
    picture = Image.new("RGB", (1100, 60 + 50 * len(lines)), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((40, 30 + 50 * number), line, fill="black", font=letters)
    return picture


def wrong(truth: str, found: str) -> float:
    """The distance of Levenshtein between two texts without their spaces, by the true length."""
    one, other = ("".join(text.split()) for text in (truth, found))
    row = list(range(len(other) + 1))
    for at, character in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, same in enumerate(other, 1):
            cost = min(row[place] + 1, row[place - 1] + 1, before + (character != same))
            before, row[place] = row[place], cost
    return row[-1] / len(one)


if __name__ == "__main__":
    main()
