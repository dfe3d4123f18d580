"""Tables on a page: by their rules, or by lines that stand below each other in many rows."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from nlptool.tasks.picture import Line

from .frame import Cells, Item
from .order import parts, rows

SLACK = 8
"""Rules that come this near, in pixels of a page of 1000, meet."""
FEWEST_ROWS = 3
FULL = 0.6
"""In a table this share of the rows has more than one cell."""


def ruled(items: Sequence[Item], level: Sequence[Item], upright: Sequence[Item]) -> list[Item]:
    """The tables whose cells have rules around them, each with the lines in it."""
    far = max((item.right for item in (*items, *level)), default=0.0) * SLACK / 1000
    found = []
    for group in _meeting([*level, *upright], far):
        tops = _places([rule.middle[1] for rule in group if rule.width > rule.height], far)
        lefts = _places([rule.middle[0] for rule in group if rule.width <= rule.height], far)
        if len(tops) < 2 or len(lefts) < 2 or len(tops) + len(lefts) < 5:
            continue
        cells: Cells = [[[] for _ in lefts[1:]] for _ in tops[1:]]
        for item in rows_of(items):
            x, y = item.middle
            column, row = bisect(lefts, x) - 1, bisect(tops, y) - 1
            if (
                0 <= column < len(lefts) - 1
                and 0 <= row < len(tops) - 1
                and isinstance(item.content, Line)
            ):
                cells[row][column].append(item.content)
        if sum(map(bool, (cell for row in cells for cell in row))) > 1:
            found.append(Item(lefts[0], tops[0], lefts[-1], tops[-1], cells))
    return found


def aligned(block: Sequence[Item]) -> Cells | None:
    """The cells of a block whose lines stand in columns and rows; None where they do not."""
    found = rows(block)
    wide = [row for row in found if len(row) > 1]
    if len(found) < FEWEST_ROWS or len(wide) < FULL * len(found):
        return None
    columns = parts([item for row in wide for item in row], 0)
    if len(columns) < 2:
        return None
    lefts = [min(item.left for item in column) for column in columns]
    cells: Cells = []
    for row in found:
        cells.append([[] for _ in lefts])
        for item in row:
            if isinstance(item.content, Line):
                cells[-1][max(0, bisect(lefts, item.left) - 1)].append(item.content)
    return cells


def rows_of(items: Sequence[Item]) -> list[Item]:
    """The items row by row."""
    return [item for row in rows(items) for item in row]


def _meeting(rules: list[Item], far: float) -> list[list[Item]]:
    """Rules that meet, in groups."""
    groups: list[list[Item]] = []
    for rule in rules:
        touched = [group for group in groups if any(_meet(rule, other, far) for other in group)]
        groups = [group for group in groups if group not in touched]
        groups.append([rule, *(other for group in touched for other in group)])
    return groups


def _meet(one: Item, other: Item, far: float) -> bool:
    return (
        one.left - far <= other.right
        and other.left - far <= one.right
        and one.top - far <= other.low
        and other.top - far <= one.low
    )


def _places(middles: list[float], far: float) -> list[float]:
    """The places of rules, those nearer than ``far`` being one."""
    found: list[float] = []
    for middle in sorted(middles):
        if not found or middle - found[-1] > far:
            found.append(middle)
    return found
