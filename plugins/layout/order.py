"""The order in which a person reads what stands on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from math import inf
from statistics import median

from nlptool.tasks.picture import Line

from .frame import Item

RUNNING_TEXT = 8
"""Lines of running text are this many times as wide as high; labels and prices are not."""
NARROW = 2.5
"""Lines of running text in narrow columns may be so, where they flow on from one to the next."""
COLUMN = 3
"""Fewer lines than this are no column."""
FLOWS = 0.3
"""In running text this share of the lines, but for the first, begins within a sentence."""
WORDS = 2
"""It has at least so many words in a line."""
FILLED = 0.8
"""Lines of Chinese that flow on fill this much of their column."""
SAME_GAP = 0.6
"""Gaps of at least this share of the widest are cut together."""
WIDER = 1.5
"""Blocks are this much further apart than their rows."""
WITHIN = re.compile(r"\W*[a-zà-öø-ÿß-ſ\u03ac-\u03ce\u0430-\u045f]")
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

Items = list[Item]


def blocks(items: Sequence[Item]) -> list[Items]:
    """Blocks of lines, in order and each in order, without the rules between them; a table with
    rules is a block.

    A recursive XY cut (Nagy and Seth, 1984): it is cut between columns where there are any, above
    and below whatever spans them, else at the widest gaps between rows. Columns of short lines, as
    the prices of a receipt, stay in their rows, and so does what rules cross.
    """
    found = []
    for block in _cut_up(list(items)):
        shown = [item for item in block if item.content]
        found += [
            [*part] for _, part in groupby(shown, lambda item: isinstance(item.content, list))
        ]
    return found


def _cut_up(items: Items) -> list[Items]:
    if len(items) < 2:
        return [items]
    columns = parts(items, 0)
    if len(columns) > 1 and all(map(_is_column, columns)):
        return [block for column in columns for block in _cut_up(column)]
    bands = _around_columns(items) or _bands(items)
    if len(bands) > 1:
        return [block for band in bands for block in _cut_up(band)]
    return [_in_rows(items)]


def _is_column(items: Items) -> bool:
    """Whether these are lines of running text, one below the other."""
    lines = [item for item in items if isinstance(item.content, Line)]
    if len(lines) < COLUMN:
        return False
    wide = median(item.width / max(1, item.height) for item in lines)
    return wide >= RUNNING_TEXT or (wide >= NARROW and _flows(lines))


def _flows(items: Items) -> bool:
    lines = sorted(items, key=lambda item: item.top)
    texts = [item.content.text for item in lines if isinstance(item.content, Line)]
    if sum(map(len, map(HAN.findall, texts))) * 2 > sum(map(len, texts)):
        width = max(item.right for item in lines) - min(item.left for item in lines)
        return median(item.width for item in lines) >= FILLED * width
    if median(len(text.split()) for text in texts) < WORDS:
        return False
    within = sum(WITHIN.match(text) is not None for text in texts[1:])
    return within >= FLOWS * (len(texts) - 1)


def _around_columns(items: Items) -> list[Items]:
    """What stands above columns, what is left and right of a gap, and what stands below; nothing
    where there are no columns.

    Of all gaps between lines side by side the one with the most lines along it is taken, between
    two things that span it.
    """
    best: list[Items] = []
    most = 0
    for gutter in _gutters(items):
        spans = sorted(item.middle[1] for item in items if item.left < gutter < item.right)
        for top, low in pairwise((-inf, *spans, inf)):
            band = [item for item in items if top < item.middle[1] < low]
            left = [item for item in band if item.middle[0] < gutter]
            right = [item for item in band if item.middle[0] >= gutter]
            if len(band) > most and _are_columns(left) and _are_columns(right):
                most = len(band)
                above = [item for item in items if item.middle[1] <= top]
                below = [item for item in items if item.middle[1] >= low]
                best = [part for part in (above, left, right, below) if part]
    return best


def _are_columns(items: Items) -> bool:
    return bool(items) and all(map(_is_column, parts(items, 0)))


def _gutters(items: Items) -> list[float]:
    """The middles of the gaps between lines side by side, those that nearly agree but once."""
    lines = [item for item in items if item.content]
    height = median(item.height for item in lines) if lines else 1.0
    step = max(1.0, height)
    pairs = (pair for row in rows(lines) for pair in pairwise(row))
    gaps = {
        round((left.right + right.left) / 2 / step)
        for left, right in pairs
        if left.right < right.left
    }
    return [gap * step for gap in sorted(gaps)]


def _bands(items: Items) -> list[Items]:
    """Parts one below the other, with the widest gaps between them; only one where gaps are
    about the same."""
    bands = parts(items, 1)
    if len(bands) < 2:
        return bands
    lows = [max(item.low for item in band) for band in bands]
    gaps = [band[0].top - low for band, low in zip(bands[1:], lows, strict=False)]
    usual = max(median(gaps), median(item.height for item in items) / 2)
    if max(gaps) < WIDER * usual:
        return [items]
    return parts(items, 1, SAME_GAP * max(gaps))


def parts(items: Sequence[Item], axis: int, least: float = 0) -> list[Items]:
    """Parts with a gap between them, wider than ``least``: from the left (axis 0) or the top."""
    items = sorted(items, key=lambda item: _span(item, axis))
    found: list[Items] = [[]]
    end = _span(items[0], axis)[0]
    for item in items:
        first, last = _span(item, axis)
        if first - end > least:
            found.append([])
        found[-1].append(item)
        end = max(end, last)
    return found


def _span(item: Item, axis: int) -> tuple[float, float]:
    return (item.top, item.low) if axis else (item.left, item.right)


def _in_rows(items: Items) -> Items:
    return [item for row in rows(items) for item in row]


def rows(items: Sequence[Item]) -> list[Items]:
    """Rows from the top, each from the left.

    An item stands in a row when its middle lies within the height of the row's first item.
    """
    found: list[Items] = []
    for item in sorted(items, key=lambda item: item.middle[1]):
        if found and item.middle[1] <= _low(found[-1][0]):
            found[-1].append(item)
        else:
            found.append([item])
    return [sorted(row, key=lambda item: item.left) for row in found]


def _low(item: Item) -> float:
    """Three quarters down a line: below it, another row begins."""
    return item.top + 0.75 * item.height
