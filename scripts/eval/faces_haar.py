"""Faces that nlptool finds, and Haar's cascade, in pictures made of one portrait.

    python scripts/eval/faces_haar.py FOLDER         # makes the pictures and reads them
    python scripts/eval/faces_haar.py FOLDER --haar  # by a Python with opencv-python-headless<5

Haar's settings are those of fer 25.10.3. A line a picture: its name, and the boxes as left, top,
right, bottom.
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

PORTRAIT = Path(__file__).parents[2] / "docs/images/astronaut.jpg"
CASCADE = "haarcascade_frontalface_default.xml"


def main() -> None:
    """Print the boxes."""
    folder = Path(sys.argv[1])
    if "--haar" in sys.argv:
        by_haar(folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures(Image.open(PORTRAIT).convert("RGB")).items():
        picture.save(folder / f"{name}.png")
    command = (sys.executable, "-m", "nlptool", "faces", str(folder), "-f", "jsonl")
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    rows = map(json.loads, done.stdout.splitlines())
    for file, faces in groupby(rows, key=lambda row: row["file"]):
        print(Path(file).name, *(face["box"] for face in faces))


def pictures(portrait: Image.Image) -> dict[str, Image.Image]:
    """Ten pictures with eleven faces."""
    width, height = portrait.size
    both = Image.new("RGB", (2 * width, height))
    both.paste(portrait, (0, 0))
    both.paste(ImageOps.mirror(portrait), (width, 0))
    return {
        "as-it-is": portrait,
        "mirrored": ImageOps.mirror(portrait),
        "dark": ImageEnhance.Brightness(portrait).enhance(0.4),
        "turned": portrait.rotate(12),
        "blurred": portrait.filter(ImageFilter.GaussianBlur(2)),
        "half": portrait.resize((width // 2, height // 2)),
        "twice": portrait.resize((2 * width, 2 * height)),
        "both": both,
        "grey": portrait.convert("L"),
        "cut": portrait.crop((60, 30, 240, 220)),
    }


def by_haar(folder: Path) -> None:
    """What OpenCV finds."""
    import cv2

    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + CASCADE)
    for file in sorted(folder.glob("*.png")):
        grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        found = cascade.detectMultiScale(grey, scaleFactor=1.1, minNeighbors=5, minSize=(50, 50))
        print(file.name, *([int(x), int(y), int(x + w), int(y + h)] for x, y, w, h in found))


if __name__ == "__main__":
    main()
