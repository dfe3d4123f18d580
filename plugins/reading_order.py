"""The order in which people read lines of text that a detector found."""

from __future__ import annotations

from collections.abc import Iterable

from nlptool.tasks.picture import Line


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """Rows from the top, in a row from the left.

    A line stands in a row when its middle lies within the height of the row's first line.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=_middle):
        if rows and _middle(line) <= _bottom(rows[-1][0]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=_left)]


def _middle(line: Line) -> float:
    return sum(y for _, y in line.box) / len(line.box)


def _bottom(line: Line) -> float:
    """Three quarters down a line: below it, another row begins."""
    top, bottom = min(y for _, y in line.box), max(y for _, y in line.box)
    return top + 0.75 * (bottom - top)


def _left(line: Line) -> float:
    return min(x for x, _ in line.box)
