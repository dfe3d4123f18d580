"""The order in which a person reads the lines of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median

from nlptool.tasks.picture import Line

RUNNING_TEXT = 8
"""Lines of running text are this many times as wide as high; labels and prices are not."""
COLUMN = 3
"""Fewer lines than this are no column."""
SAME_GAP = 0.6

Rectangle = tuple[float, float, float, float]
Placed = tuple[Rectangle, Line]


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines row by row, from the left in each row; columns of running text one by one.

    A recursive XY cut (Nagy and Seth, 1984) over the upright rectangles around the lines: it is
    cut between columns where there are any, else at the widest gaps between rows. Columns of short
    lines, as the prices of a receipt, stay in their rows.
    """
    return [line for _, line in _ordered([(_rectangle(line), line) for line in lines])]


def _rectangle(line: Line) -> Rectangle:
    xs, ys = zip(*line.box, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _ordered(placed: list[Placed]) -> list[Placed]:
    if len(placed) < 2:
        return placed
    columns = _cut(placed, 0, lambda gap: True)
    if len(columns) > 1 and all(_is_column(column) for column in columns):
        return [item for column in columns for item in _ordered(column)]
    widest = max((gap for gap in _gaps(placed, 1)), default=0)
    bands = _cut(placed, 1, lambda gap: gap >= SAME_GAP * widest) if widest else [placed]
    if len(bands) > 1:
        return [item for band in bands for item in _ordered(band)]
    return _rows(placed)


def _is_column(placed: list[Placed]) -> bool:
    shapes = [(right - left) / max(1, low - top) for (left, top, right, low), _ in placed]
    return len(placed) >= COLUMN and median(shapes) >= RUNNING_TEXT


def _cut(placed: list[Placed], axis: int, wide: Callable[[float], bool]) -> list[list[Placed]]:
    """Parts between which a gap runs across, that is wide enough; ``axis`` 0 cuts left from
    right."""
    placed = sorted(placed, key=lambda item: item[0][axis])
    parts = [[placed[0]]]
    end = placed[0][0][axis + 2]
    for item in placed[1:]:
        start = item[0][axis]
        if start > end and wide(start - end):
            parts.append([])
        parts[-1].append(item)
        end = max(end, item[0][axis + 2])
    return parts


def _gaps(placed: list[Placed], axis: int) -> list[float]:
    spans = sorted((item[0][axis], item[0][axis + 2]) for item in placed)
    ends = [spans[0][1]]
    for _, end in spans:
        ends.append(max(ends[-1], end))
    return [start - end for end, (start, _) in zip(ends[1:], spans[1:], strict=False) if start > end]


def _rows(placed: list[Placed]) -> list[Placed]:
    """A line stands in a row when its middle lies within the height of the row's first line."""
    rows: list[list[Placed]] = []
    for item in sorted(placed, key=lambda item: item[0][1] + item[0][3]):
        middle = (item[0][1] + item[0][3]) / 2
        if rows and middle <= _low(*rows[-1][0]):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item[0][0])]


def _low(rectangle: Rectangle, _line: Line) -> float:
    """Three quarters down a line: below it, another row begins."""
    _, top, _, bottom = rectangle
    return top + 0.75 * (bottom - top)
