"""Pictures with what was found drawn on them, in a folder that mirrors the inputs."""

from __future__ import annotations

from math import atan2, degrees, hypot
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nlptool.config.paths import packaged
from nlptool.io.files import Outputs
from nlptool.io.pictures.pages import png
from nlptool.io.record import Record
from nlptool.tasks.picture import Line, Page

if TYPE_CHECKING:
    from PIL.Image import Image

FONT = "fonts/NotoSansCJK.otf"
BOX_COLOUR = (214, 40, 40)
TEXT_COLOUR = (20, 60, 160)


class OverlayFolder(msgspec.Struct, frozen=True):
    """Writes a picture a page, under its input's name with the page's number: a.pdf.7.png."""

    folder: Path

    def __call__(self, files: Outputs, place: Path, record: Record, page: Page) -> None:
        """Draw one page at its place; OutputError where it cannot be written."""
        target = self.folder / place.with_name(f"{place.name}.{record.row['page']}.png")
        picture = draw_lines(record.row["open"](), page.lines)
        files.save(target, png(picture), f"the overlay of {place}", self.folder)


def draw_lines(picture: Image, lines: list[Line]) -> Image:
    """The picture twice, side by side: with each line's box, and with its text alone."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (2 * picture.width, picture.height), "white")
    sheet.paste(picture, (0, 0))
    draw = ImageDraw.Draw(sheet)
    width = max(1, picture.height // 400)
    for line in lines:
        draw.polygon(line.box, outline=BOX_COLOUR, width=width)
        shifted = [(x + picture.width, y) for x, y in line.box]
        draw.polygon(shifted, outline=(225, 225, 225))
        _write(sheet, line.text, shifted)
    return sheet


def _write(sheet: Image, text: str, box: list[tuple[float, float]]) -> None:
    """Write a text from a box's first corner to its second, as large as it has room."""
    from PIL import Image, ImageDraw, ImageFont

    (x, y), (end_x, end_y), (low_x, low_y), _ = box
    length, height = hypot(end_x - x, end_y - y), hypot(low_x - end_x, low_y - end_y)
    font = ImageFont.truetype(str(packaged(FONT)), max(6, int(height * 0.75)))
    room = font.getlength(text)
    if room > length:
        font = font.font_variant(size=max(6, int(font.size * length / room)))
    strip = Image.new("L", (max(1, round(length)), max(1, round(height))), 0)
    ImageDraw.Draw(strip).text((0, height / 2), text, fill=255, font=font, anchor="lm")
    angle = degrees(atan2(end_y - y, end_x - x))
    turned = strip.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
    middle = sum(px for px, _ in box) / 4, sum(py for _, py in box) / 4
    place = round(middle[0] - turned.width / 2), round(middle[1] - turned.height / 2)
    sheet.paste(TEXT_COLOUR, place, turned)
