"""nlptool ocr of ten pages against RapidOCR on them in one process.

python scripts/bench/ocr.py [FOLDER]    # of pictures; without one, ten pages are made
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from common import NLPTOOL, cost, machine, report
from PIL import Image, ImageDraw, ImageFont

from nlptool.paths import FONT, packaged

PAGES = 10
RAW = """
import logging, sys
from rapidocr import RapidOCR
logging.disable()
engine = RapidOCR(params={"Global.log_level": "critical"})
for file in sys.argv[1:]:
    print(*engine(file).txts or (), sep="\\n")
"""


def main() -> None:
    """Print the ratio."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else made(Path(folder))
        files = sorted(str(file) for file in given.iterdir() if file.suffix in (".jpg", ".png"))
        files = files[:PAGES]
        ours = cost((*NLPTOOL, "ocr", *files), times=2)
        raw = cost((sys.executable, "-c", RAW, *files), times=2)
    report(f"ocr {len(files)} pages", ours, raw, 1)
    print(f"peak memory: {ours.peak:.0f} MiB, raw {raw.peak:.0f} MiB")


def made(folder: Path) -> Path:
    """Pages of 40 lines of made-up words; always the same."""
    dice = random.Random(1)
    font = ImageFont.truetype(str(packaged(FONT)), 26)
    for number in range(PAGES):
        page = Image.new("RGB", (1240, 1754), "white")
        draw = ImageDraw.Draw(page)
        for line in range(40):
            words = [
                "".join(dice.choices("abcdefghilmnorstuy", k=dice.randint(2, 9)))
                for _ in "12345678"
            ]
            draw.text((80, 60 + 41 * line), " ".join(words), fill="black", font=font)
        page.save(folder / f"{number}.png")
    return folder


if __name__ == "__main__":
    main()
