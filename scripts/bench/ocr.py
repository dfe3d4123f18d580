"""nlptool ocr of 10 pages against rapidocr itself, page after page in one process.

    python scripts/bench/ocr.py [FOLDER] [--easyocr]
    python scripts/bench/ocr.py --speed RECEIPTS

The pages are drawn here, forms of 40 short lines each, or are the first pictures of FOLDER. With
``--easyocr`` the adapter for EasyOCR runs too, against EasyOCR's Reader with the same weights, and
against EasyOCR's own command, which reads one page a call. With ``--speed`` it is a picture of
800 x 20,000 pixels with 450 lines, the pictures of the folder RECEIPTS in one call, and 300 small
ones in one call, beside tesseract (English) if it is here, which takes a list of files too. Told
are seconds by the clock and, in brackets, of a processor.
"""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import NLPTOOL, Cost, cost, machine, report
from PIL import Image, ImageDraw, ImageFont

from nlptool.config.paths import packaged
from nlptool.io.pictures.pages import SUFFIXES

COUNT = 10
RAW = """
import sys
from rapidocr import RapidOCR
engine = RapidOCR(params={"Global.log_level": "critical"})
for name in sys.argv[1:]:
    print("\\n".join(engine(name).txts or ()))
"""
RAW_EASYOCR = """
import sys
from nlptool_plugins.torchvision_schema import make_importable
make_importable()
import easyocr
reader = easyocr.Reader(["en"], gpu=False, model_storage_directory=sys.argv[1], verbose=False)
for name in sys.argv[2:]:
    print("\\n".join(reader.readtext(name, detail=0)))
"""
EASYOCR = """
from nlptool_plugins.torchvision_schema import make_importable
make_importable()
import easyocr.cli
easyocr.cli.main()
"""


def main() -> None:
    """Print the ratios."""
    print(machine())
    if "--speed" in sys.argv:
        speed(Path(sys.argv[-1]))
        return
    given_folder = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    with tempfile.TemporaryDirectory() as folder:
        pages = given(Path(given_folder)) if given_folder else drawn(Path(folder))
        for names in (pages, pages[:1]):
            raw = cost((sys.executable, "-c", RAW, *names), times=2)
            ours = cost((*NLPTOOL, "ocr", *names), times=2)
            report(f"ocr of {len(names)} pages", ours, raw)
            print(f"  memory: {ours.peak:.0f} MiB, raw {raw.peak:.0f} MiB")
        if "--easyocr" in sys.argv:
            quiet, models = (sys.executable, "-W", "ignore", "-c"), weights()
            ours = cost((*NLPTOOL, "ocr", "-m", "easyocr-en", *pages), times=1)
            loop = cost((*quiet, RAW_EASYOCR, models, *pages), times=1)
            report(f"EasyOCR of {len(pages)} pages, its Reader in a loop", ours, loop)
            single = (*quiet, EASYOCR, "-l", "en", "--model_storage_directory", models, "-f")
            calls = sum(cost((*single, page), times=1).seconds for page in pages)
            report(f"EasyOCR of {len(pages)} pages, its command for each", ours, Cost(calls, 0))


def speed(receipts: Path) -> None:
    """Print what three jobs take."""
    files = sorted(str(file) for file in receipts.iterdir() if file.suffix.lower() in SUFFIXES)
    if not files:
        raise SystemExit(f"{receipts} has no pictures")
    with tempfile.TemporaryDirectory() as folder:
        long, lines = long_picture(Path(folder))
        small = small_pictures(Path(folder))
        said = timed("450 lines on 800 x 20,000", [long])
        print(f"  {len({*lines} & {*said.splitlines()})} lines right")
        timed(f"{len(files)} receipts", files)
        timed(f"{len(small)} small pictures", small)


def timed(what: str, files: list[str]) -> str:
    """What nlptool says of pictures; a line of what it takes, and tesseract."""
    said = _timed(what, "nlptool", len(files), (*NLPTOOL, "ocr", *files))
    if shutil.which("tesseract"):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
            names.write("\n".join(files))
            names.flush()
            _timed(what, "tesseract", len(files), ("tesseract", names.name, "stdout"))
    return said


def _timed(what: str, engine: str, count: int, command: tuple[str, ...]) -> str:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    each = f", {seconds / count:.2f} s each" if count > 1 else ""
    print(f"{what}, {engine}: {seconds:.1f} s ({used:.1f}){each}", flush=True)
    return done.stdout.decode()


def long_picture(folder: Path) -> tuple[str, list[str]]:
    """A picture of 800 x 20,000 pixels, and its lines."""
    dice = random.Random(5)
    font = ImageFont.truetype(str(packaged("fonts/NotoSansCJK.otf")), 24)
    words = ("harbour", "office", "opened", "seven", "boats", "already", "waiting", "quay")
    picture = Image.new("RGB", (800, 20_000), "white")
    draw = ImageDraw.Draw(picture)
    lines = [f"{row} {' '.join(dice.choices(words, k=6))}" for row in range(450)]
    for row, line in enumerate(lines):
        draw.text((20, 20 + 44 * row), line, "black", font)
    file = folder / "long.png"
    picture.save(file)
    return str(file), lines


def small_pictures(folder: Path) -> list[str]:
    """300 pictures of 320 x 96 pixels with two short lines each."""
    dice = random.Random(6)
    font = ImageFont.truetype(str(packaged("fonts/NotoSansCJK.otf")), 24)
    names = []
    for number in range(300):
        picture = Image.new("RGB", (320, 96), "white")
        text = f"No. {number}\n{dice.random() * 1000:.2f} EUR"
        ImageDraw.Draw(picture).text((20, 10), text, "black", font)
        names.append(str(folder / f"small-{number}.png"))
        picture.save(names[-1])
    return names


def weights() -> str:
    """The folder of EasyOCR's weights, pulled if they are not there."""
    subprocess.run((*NLPTOOL, "models", "pull", "-q", "easyocr-en"), check=True)
    done = subprocess.run(
        (*NLPTOOL, "models", "path", "easyocr-en"), check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def given(folder: Path) -> list[str]:
    """The first pictures of a folder."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    return [str(file) for file in files[:COUNT]]


def drawn(folder: Path) -> list[str]:
    """Pages of 1080 x 1520 pixels; always the same."""
    dice = random.Random(1)
    font = ImageFont.truetype(str(packaged("fonts/NotoSansCJK.otf")), 26)
    words = Path(__file__).read_text(encoding="utf-8").split()
    names = []
    for page in range(COUNT):
        picture = Image.new("RGB", (1080, 1520), "white")
        draw = ImageDraw.Draw(picture)
        for row in range(40):
            text = " ".join(dice.choices(words, k=3))[:40]
            draw.text((60, 20 + 37 * row), text, fill="black", font=font)
            draw.text((860, 20 + 37 * row), f"{dice.random() * 100:.2f}", fill="black", font=font)
        names.append(str(folder / f"{page}.png"))
        picture.save(names[-1])
    return names


if __name__ == "__main__":
    main()
