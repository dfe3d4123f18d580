"""Masks as pictures: with indexed colours, laid over what they mask, and as contours on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nlptool.config.paths import FONT, packaged
from nlptool.io.files import Outputs
from nlptool.io.pictures.drawn import PictureFolder
from nlptool.io.pictures.pages import open_page
from nlptool.io.record import Record
from nlptool.tasks.picture import IGNORED, Colour, Mask

if TYPE_CHECKING:
    from PIL.Image import Image

OPACITY = 0.5
TEXT = 14
CONTOUR = 150
"""A contour is as thick as this part of the picture's longer side, and at least a pixel."""


class MaskFolder(PictureFolder, frozen=True):
    """Writes masks: ``a.jpg.png`` for ``a.jpg``, and ``a.jpg.overlay.png`` and
    ``a.jpg.contours.png`` where asked for; ``a.overlay.png`` beside a single ``a.png``."""

    overlay: bool = False
    contours: bool = False

    def __call__(self, files: Outputs, place: Path, record: Record, result: Mask) -> None:
        """Write what there is of one record; OutputError where it cannot be written."""
        self.save(files, place, record, indexed(result.mask, result.colours))
        if not (self.overlay or self.contours):
            return
        picture = record.row["open"]()
        if self.overlay:
            self.save(files, place, record, laid_over(picture, result), ".overlay.png")
        if self.contours:
            self.save(files, place, record, outlined(picture, result), ".contours.png")


class Compared(msgspec.Struct, frozen=True):
    """A picture's file with what was found in it, and the true class numbers."""

    file: Path
    found: Mask
    truth: Any
    miou: float


def indexed(mask: Any, colours: list[Colour]) -> Image:
    """A picture of mode P: its values are the class numbers, its palette their colours."""
    from PIL import Image

    picture = Image.fromarray(mask)
    picture.putpalette([part for colour in colours for part in colour])
    return picture


def laid_over(picture: Image, result: Mask) -> Image:
    """The picture with the colours of all classes but the first half over it."""
    from PIL import Image

    colours = indexed(result.mask, result.colours).convert("RGB")
    blend = Image.blend(picture, colours, OPACITY)
    return Image.composite(blend, picture, Image.fromarray(result.mask > 0))


def outlined(picture: Image, result: Mask) -> Image:
    """The picture with a line, in a class's colour, along the inside of each region."""
    import numpy as np
    from PIL import Image

    reach = max(1, max(picture.size) // (2 * CONTOUR))
    low, high = around(result.mask, reach, np.minimum), around(result.mask, reach, np.maximum)
    edge = Image.fromarray((low != high) & (result.mask > 0))
    colours = indexed(result.mask, result.colours).convert("RGB")
    return Image.composite(colours, picture, edge)


def around(mask: Any, reach: int, extreme: Any) -> Any:
    """The extreme of each pixel and those up to ``reach`` away, in rows and columns.

    Of two windows that overlap comes one almost twice as wide: a few steps for any reach.
    """
    import numpy as np

    found = np.pad(mask, reach, mode="edge")
    for axis in (0, 1):
        seen = 1
        found = found.swapaxes(0, axis)
        while seen <= 2 * reach:
            step = min(seen, 2 * reach + 1 - seen)
            found = extreme(found[:-step], found[step:])
            seen += step
        found = found.swapaxes(0, axis)
    return found


def side_by_side(compared: Sequence[Compared], height: int = 400) -> Image:
    """A row a picture: as it is, with the true regions, and with those that were found."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(packaged(FONT)), TEXT)
    rows = []
    for item in compared:
        picture = open_page(item.file, 1)
        truth = msgspec.structs.replace(item.found, mask=_bytes(item.truth))
        parts = (picture, laid_over(picture, truth), laid_over(picture, item.found))
        width = max(1, round(picture.width * height / picture.height))
        row = Image.new("RGB", (3 * width, height + 2 * TEXT), "white")
        for place, part in enumerate(parts):
            row.paste(part.resize((width, height)), (place * width, 2 * TEXT))
        titles = (item.file.name, "truth", f"found, mIoU {item.miou:.4f}")
        for place, title in enumerate(titles):
            ImageDraw.Draw(row).text((place * width + 4, 2), title, "black", font)
        rows.append(row)
    sheet = Image.new("RGB", (max(row.width for row in rows), sum(r.height for r in rows)), "white")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    return sheet


def _bytes(truth: Any) -> Any:
    """Class numbers as bytes, with nothing over what does not count."""
    import numpy as np

    return np.where(truth == IGNORED, 0, truth).astype(np.uint8)
