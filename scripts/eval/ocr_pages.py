"""Pages whose reading order is known, drawn: what users of readers complain about.

    python scripts/eval/ocr_pages.py FOLDER [FONT]

writes 20 pictures NAME.png into FOLDER, and what a person reads in each in NAME.gt.txt, for
``nlptool eval ocr FOLDER`` and ``scripts/eval/ocr.py``. FONT is a file such as DejaVuSans.ttf.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from nlptool.config.paths import FONT, packaged

LATIN = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
HARBOUR = [
    "One: the harbour office opened at seven",
    "Two: Captain Morris signed the register",
    "Three: it had gone up by 12.5 percent",
    "Four: nobody in the queue was surprised",
]
RECEIPT = [
    ("Milk 1L", "1.29"),
    ("Rye bread", "3.49"),
    ("Apples 0.75 kg", "2.24"),
    ("Butter", "2.79"),
    ("Olive oil", "8.99"),
    ("TOTAL", "18.80"),
]
POEM = ["床前明月光疑是地上霜", "举头望明月低头思故乡"]
POEM += ["白日依山尽黄河入海流", "欲穷千里目更上一层楼"]
STORY = (
    "The first boats came in before the sun was over the hill and the men who had waited all night "
    "on the quay stood up without a word. Nobody had slept. The nets were full for once and the "
    "gulls knew it before the harbour master did. He came down with his book under his arm and "
    "wrote the names of the boats in the order in which they passed the light. Later he would say "
    "that he had never seen so many fish on a Monday, but his wife remembered another year."
)

Drawn = tuple[Image.Image, str]
Page = tuple[Image.Image, ImageDraw.ImageDraw]
LETTERS = LATIN


def letters(size: int, file: str = "") -> ImageFont.FreeTypeFont:
    """The font in a size."""
    return ImageFont.truetype(file or LETTERS, size)


def sheet(width: int, height: int, ground: str = "white") -> Page:
    """An empty page."""
    picture = Image.new("RGB", (width, height), ground)
    return picture, ImageDraw.Draw(picture)


def wrapped(text: str, width: float, font: ImageFont.FreeTypeFont) -> list[str]:
    """The text in lines of at most a width in pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def column(
    draw: ImageDraw.ImageDraw, lines: list[str], place: tuple[int, int], size: int = 24
) -> list[str]:
    """Lines one below the other; the same lines."""
    for number, line in enumerate(lines):
        draw.text((place[0], place[1] + number * round(size * 1.5)), line, "black", letters(size))
    return lines


def turned(angle: int) -> Drawn:
    """A page that stands on its side or on its head."""
    picture, draw = sheet(1000, 400)
    lines = column(draw, HARBOUR, (60, 60), 28)
    return picture.rotate(angle, expand=True, fillcolor="white"), "\n".join(lines)


def receipt(angle: int) -> Drawn:
    """Items and prices, leaning."""
    picture, draw = sheet(700, 460)
    font = letters(26, LETTERS.replace("Sans.", "SansMono."))
    for row, (item, price) in enumerate(RECEIPT):
        draw.text((60, 60 + row * 52), item, "black", font)
        draw.text((640 - font.getlength(price), 60 + row * 52), price, "black", font)
    leaning = picture.rotate(angle, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return leaning, "\n".join(f"{item}\n{price}" for item, price in RECEIPT)


def vertical(size: int, gap: int) -> Drawn:
    """Columns of Chinese, from the right."""
    font = letters(size, str(packaged(FONT)))
    step = round(size * 1.17)
    picture, draw = sheet(120 + gap * len(POEM), 120 + 10 * step)
    for number, text in enumerate(POEM):
        for at, character in enumerate(text):
            place = (picture.width - 60 - size - number * gap, 60 + at * step)
            draw.text(place, character, "black", font)
    return picture, "\n".join(POEM)


def spine() -> Drawn:
    """A line that runs from the top down."""
    text = "The Collected Letters of Eleanor Whitcombe 1893 to 1921 Volume Four"
    picture, draw = sheet(2218, 130)
    draw.text((40, 25), text, "black", letters(60))
    return picture.rotate(-90, expand=True), text


def columns(count: int, size: int) -> Drawn:
    """Running text in columns."""
    width = 1400 // count
    picture, draw = sheet(1480, 900)
    words = (STORY + " ") * 3
    lines = wrapped(words, width - 50, letters(size))
    rows = min(len(lines) // count, round(800 / (size * 1.5)))
    parts = [lines[rows * number : rows * (number + 1)] for number in range(count)]
    for number, part in enumerate(parts):
        column(draw, part, (40 + number * width, 40), size)
    return picture, "\n".join(line for part in parts for line in part)


def table(ruled: bool, many: bool) -> Drawn:
    """Rows of cells."""
    cells = [["Name", "Town", "Year", "Share"], ["Anna Berg", "Oslo", "1998", "12 %"]]
    cells += [["Juan Prado", "Cadiz", "2004", "7 %"], ["Mary Flint", "Cork", "2011", "31 %"]]
    cells += [["Piet Vos", "Delft", "1987", "9 %"], ["Eva Lind", "Malmo", "1990", "41 %"]] * many
    picture, draw = sheet(1000, 120 + 64 * len(cells))
    for row, texts in enumerate(cells):
        for at, text in enumerate(texts):
            draw.text((60 + at * 230, 60 + row * 64), text, "black", letters(26))
    if ruled:
        for row in range(len(cells) + 1):
            draw.line((40, 45 + row * 64, 960, 45 + row * 64), "black", 2)
        for at in range(5):
            draw.line((40 + at * 230, 45, 40 + at * 230, 45 + 64 * len(cells)), "black", 2)
    return picture, "\n".join(text for texts in cells for text in texts)


def mixed(angle: float) -> Drawn:
    """A title over two columns, a table, its caption and a footnote."""
    picture, draw = sheet(1240, 1500)
    draw.text((310, 60), "The Harbour at Dawn", "black", letters(54))
    lines = wrapped(STORY, 500, letters(24))
    half = (len(lines) + 1) // 2
    text = ["The Harbour at Dawn"]
    text += column(draw, lines[:half], (80, 180)) + column(draw, lines[half:], (680, 180))
    rows = [["Boat", "Fish", "Price"], ["Mary Ann", "412 kg", "618.00"]]
    rows += [["Swift", "96 kg", "144.00"]]
    top = 180 + half * 36 + 60
    for row, texts in enumerate(rows):
        for at, cell in enumerate(texts):
            draw.text((220 + at * 280, top + 14 + row * 56), cell, "black", letters(24))
            text.append(cell)
    for row in range(4):
        draw.line((200, top + row * 56, 1040, top + row * 56), "black", 2)
    for at in range(4):
        draw.line((200 + at * 280, top, 200 + at * 280, top + 168), "black", 2)
    low = top + 200
    text += column(draw, ["Table 1: what was sold on the first Monday"], (330, low), 22)
    draw.line((80, low + 120, 400, low + 120), "black", 1)
    text += column(draw, ["1 Weights are those of the harbour office."], (80, low + 135), 18)
    leaning = picture.rotate(angle, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return leaning.crop((0, 0, 1240, low + 240)), "\n".join(text)


def terminal() -> Drawn:
    """Light on dark, 180 figures a line."""
    font = letters(16, LETTERS.replace("Sans.", "SansMono."))
    picture, draw = sheet(1900, 520, "#1e1e1e")
    lines = [
        " ".join(str((number * 7919 + at * 104729) % 900000 + 100000) for at in range(26))
        for number in range(12)
    ]
    for number, line in enumerate(lines):
        draw.text((20, 20 + number * 40), line, "#dcdcdc", font)
    return picture, "\n".join(lines)


def letter() -> Drawn:
    """An address to the right, a date, and paragraphs."""
    picture, draw = sheet(1100, 900)
    text = column(draw, ["Whitcombe & Sons", "12 Quay Street", "Cork"], (760, 60))
    text += column(draw, ["14 March 1921"], (80, 220))
    text += column(draw, ["Dear Mr Morris,"], (80, 300))
    text += column(draw, wrapped(STORY[:240], 900, letters(24)), (80, 360))
    text += column(draw, ["Yours sincerely,", "Eleanor Whitcombe"], (80, 620))
    return picture, "\n".join(text)


PAGES: dict[str, Callable[[], Drawn]] = {
    **{f"turned-{angle}": lambda angle=angle: turned(angle) for angle in (90, 180, 270)},
    **{f"receipt{angle:+d}": lambda angle=angle: receipt(angle) for angle in (0, 4, -6)},
    "vertical": lambda: vertical(48, 130),
    "vertical-near": lambda: vertical(40, 90),
    "spine": spine,
    **{f"columns-{n}": lambda n=n: columns(n, 26 - 3 * n) for n in (2, 3, 4)},
    "table-ruled": lambda: table(True, False),
    "table-open": lambda: table(False, False),
    "table-long": lambda: table(True, True),
    "mixed": lambda: mixed(0),
    "mixed-leaning": lambda: mixed(2),
    "terminal": terminal,
    "letter": letter,
    "upright": lambda: turned(0),
}


def written(folder: Path) -> Iterator[Path]:
    """The pictures, each with its text beside it."""
    for name, draw in PAGES.items():
        picture, text = draw()
        file = folder / f"{name}.png"
        picture.save(file)
        (folder / f"{name}.gt.txt").write_text(text + "\n", encoding="utf-8")
        yield file


def main() -> None:
    """Write the pages."""
    global LETTERS  # noqa: PLW0603
    LETTERS = sys.argv[2] if len(sys.argv) > 2 else LATIN
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{len(list(written(folder)))} pages in {folder}")


if __name__ == "__main__":
    main()
