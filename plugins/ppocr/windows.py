"""Large pictures through windows that overlap, put together again without a seam."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import ceil
from typing import NamedTuple


class Window(NamedTuple):
    """A part of a row of pixels: seen from ``start`` to ``end``, believed from ``first`` to
    ``last``, ends outside."""

    start: int
    end: int
    first: int
    last: int


def windows(length: int, most: int, margin: int, step: int = 1) -> list[Window]:
    """Windows of about the same size, at most ``most``, over ``length`` pixels.

    Each sees ``margin`` more than is believed of it, but at the ends; bounds are multiples of
    ``step`` but for the last one.
    """
    count = 1 if length <= most else ceil(length / max(1, most - 2 * margin))
    bounds = [round(length * n / count / step) * step for n in range(count)] + [length]
    return [
        Window(max(0, first - margin), min(length, last + margin), first, last)
        for first, last in pairwise(bounds)
        if last > first
    ]


def grid(width: int, height: int, most: int, margin: int) -> Iterator[tuple[Window, Window]]:
    """The windows over a picture, each as its columns and its rows."""
    rows, columns = (windows(side, most, margin) for side in (height, width))
    for row, column in product(rows, columns):
        yield column, row
