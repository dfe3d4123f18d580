"""The frame of a page: the direction of its lines, and where they stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, cos, hypot, pi, sin
from statistics import median
from typing import NamedTuple

from nlptool.tasks.picture import Line, Point

LONG = 0.5
"""Lines at least this long, as a share of the longest, tell how a page leans."""

Points = Sequence[Point]
Cells = list[list[list[Line]]]
"""The lines in each cell of each row."""


class Item(NamedTuple):
    """What stands on a page, with its upright rectangle in the page's frame: a line, the cells of
    a table, or None for a rule."""

    left: float
    top: float
    right: float
    low: float
    content: Line | Cells | None

    @property
    def width(self) -> float:
        """From the left to the right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From the top down."""
        return self.low - self.top

    @property
    def middle(self) -> Point:
        """The middle of the rectangle."""
        return (self.left + self.right) / 2, (self.top + self.low) / 2


class Frame:
    """A page turned so that its lines run from left to right."""

    def __init__(self, lines: Sequence[Line]) -> None:
        angle = direction(lines)
        self.cos, self.sin = cos(angle), sin(angle)
        self.lean = (angle + pi / 4) % (pi / 2) - pi / 4
        """By how much the page is turned besides quarters, clockwise, in radians."""

    def item(self, box: Points, content: Line | None) -> Item:
        """What stands in a box of the picture."""
        xs = [x * self.cos + y * self.sin for x, y in box]
        ys = [y * self.cos - x * self.sin for x, y in box]
        return Item(min(xs), min(ys), max(xs), max(ys), content)


def direction(lines: Sequence[Line]) -> float:
    """The angle in which the text of a page runs, in radians, clockwise from the right: of most
    of its text as quarter turns, and the median by which its long lines lean from that."""
    lengths, angles = [], []
    for line in lines:
        (x, y), (end_x, end_y) = line.box[:2]
        lengths.append(hypot(end_x - x, end_y - y))
        angles.append(atan2(end_y - y, end_x - x))
    weights = [0.0] * 4
    for length, angle in zip(lengths, angles, strict=True):
        weights[round(angle / (pi / 2)) % 4] += length
    quarters = weights.index(max(weights))
    leans = [
        (angle - quarters * pi / 2 + pi) % (2 * pi) - pi
        for length, angle in zip(lengths, angles, strict=True)
        if length >= LONG * max(lengths)
    ]
    leans = [lean for lean in leans if abs(lean) <= pi / 4]
    return quarters * pi / 2 + (median(leans) if leans else 0.0)
