"""Masks as pictures: with indexed colours, laid over what they mask, and as contours on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nlptool.formats.pictures import save_picture
from nlptool.formats.record import Record
from nlptool.tasks.picture import Colour, Mask

if TYPE_CHECKING:
    from PIL.Image import Image

OPACITY = 0.5
CONTOUR = 300
"""A contour is as thick as this part of the picture's longer side, and at least a pixel."""


class MaskFolder(msgspec.Struct, frozen=True):
    """Writes pictures into a folder, under their inputs' names: ``a.jpg.png`` is the mask,
    ``a.jpg.overlay.png`` and ``a.jpg.contours.png`` are drawn where asked for. Pages after the
    first have their number: ``a.pdf.2.png``."""

    folder: Path
    overlay: bool = False
    contours: bool = False

    def __call__(self, place: Path, record: Record, result: Mask) -> None:
        """Write what there is of one record; OutputError where it cannot be written."""
        page = record.row["page"]
        stem = self.folder / (f"{place}.{page}" if page > 1 else place)
        save_picture(indexed(result.mask, result.colours), stem.with_name(f"{stem.name}.png"))
        if not (self.overlay or self.contours):
            return
        picture = record.row["open"]()
        if self.overlay:
            save_picture(laid_over(picture, result), stem.with_name(f"{stem.name}.overlay.png"))
        if self.contours:
            save_picture(outlined(picture, result), stem.with_name(f"{stem.name}.contours.png"))


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
    from PIL import Image, ImageFilter

    mask = Image.fromarray(result.mask)
    size = 2 * max(1, max(picture.size) // (2 * CONTOUR)) + 1
    low = np.asarray(mask.filter(ImageFilter.MinFilter(size)))
    high = np.asarray(mask.filter(ImageFilter.MaxFilter(size)))
    edge = Image.fromarray((low != high) & (result.mask > 0))
    colours = indexed(result.mask, result.colours).convert("RGB")
    return Image.composite(colours, picture, edge)
