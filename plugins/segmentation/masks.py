"""Class numbers with what belongs to them: the regions, names and colours of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlptool.tasks.picture import Colour, Mask, Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def mask_of(mask: Array, labels: Sequence[str], colours: Sequence[Colour] = ()) -> Mask:
    """A result of uint8 class numbers (height, width).

    A class without a label goes by its number, one without a colour has that of PASCAL VOC.
    """
    count = max(len(labels), int(mask.max()) + 1)
    names = [*labels, *(f"class {n}" for n in range(len(labels), count))]
    palette = [*colours[:count], *voc_colours(count)[len(colours) :]]
    return Mask(mask, regions(mask, names), names, palette)


def regions(mask: Array, labels: Sequence[str]) -> list[Region]:
    """The classes in a mask, by their numbers."""
    import numpy as np

    counts = np.bincount(mask.ravel(), minlength=len(labels))
    found = []
    for number in map(int, np.flatnonzero(counts)):
        here = mask == number
        rows, columns = np.flatnonzero(here.any(axis=1)), np.flatnonzero(here.any(axis=0))
        box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        pixels = int(counts[number])
        found.append(Region(labels[number], pixels, round(pixels / mask.size, 6), box))
    return found


def voc_colours(count: int) -> list[Colour]:
    """The colours of PASCAL VOC, black first: the bits of a class number spread over red, green
    and blue, from the highest bit down (VOCdevkit, VOClabelcolormap.m)."""
    return [
        tuple(  # type: ignore[misc]
            sum((number >> 3 * place + channel & 1) << 7 - place for place in range(8))
            for channel in range(3)
        )
        for number in range(count)
    ]
