"""The order in which a person reads the lines of a page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from nlptool.tasks.picture import Line

RUNNING_TEXT = 8
"""Lines of running text are this many times as wide as high; labels and prices are not."""
COLUMN = 3
"""Fewer lines than this are no column."""
SAME_GAP = 0.6
"""Gaps of at least this share of the widest are cut together."""

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
    columns = _cut(placed, 0)
    if len(columns) > 1 and all(_is_column(column) for column in columns):
        return [item for column in columns for item in _ordered(column)]
    bands = _cut(placed, 1)
    if len(bands) > 1:
        lows = [max(low for (_, _, _, low), _ in band) for band in bands]
        tops = [band[0][0][1] for band in bands]
        widest = max(top - low for top, low in zip(tops[1:], lows, strict=False))
        bands = _cut(placed, 1, SAME_GAP * widest)
        return [item for band in bands for item in _ordered(band)]
    return _rows(placed)


def _is_column(placed: list[Placed]) -> bool:
    shapes = [(right - left) / max(1, low - top) for (left, top, right, low), _ in placed]
    return len(placed) >= COLUMN and median(shapes) >= RUNNING_TEXT


def _cut(placed: list[Placed], axis: int, least: float = 0) -> list[list[Placed]]:
    """Parts with a gap between them, wider than ``least``: from the left (axis 0) or the top."""
    placed = sorted(placed, key=lambda item: item[0][axis])
    parts: list[list[Placed]] = [[]]
    end = placed[0][0][axis]
    for item in placed:
        if item[0][axis] - end > least:
            parts.append([])
        parts[-1].append(item)
        end = max(end, item[0][axis + 2])
    return parts


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
