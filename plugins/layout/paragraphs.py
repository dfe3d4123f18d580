"""Where a paragraph ends in a block of lines, and the next begins."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from nlptool.tasks.picture import Line

from .frame import Item

APART = 0.6
"""Paragraphs are this much of a line's height further apart than the lines in them, or one of
them is as much higher than the other's."""
INDENT = 1.0
"""The first line of a paragraph may begin as many heights further in."""
SHORT = 4.0
"""The last line of a paragraph may end as many heights before the others."""


def paragraphs(block: Sequence[Item]) -> list[list[Line]]:
    """The lines of a block, in order, in paragraphs: by gaps, sizes, and where lines begin and
    end."""
    if not block:
        return []
    height = median(item.height for item in block)
    left, right = median(item.left for item in block), max(item.right for item in block)
    gaps = [after.top - before.low for before, after in pairwise(block) if after.top > before.top]
    usual = median(gaps) if gaps else 0.0
    found: list[list[Line]] = []
    before: Item | None = None
    for item in block:
        new = before is None or (
            item.middle[1] > before.low
            and (
                item.top - before.low > usual + APART * height
                or abs(item.height - before.height) > APART * min(item.height, before.height)
                or (
                    item.left > left + INDENT * height and item.left > before.left + INDENT * height
                )
                or (before.right < right - SHORT * height and _begins(item))
            )
        )
        if new:
            found.append([])
        if isinstance(item.content, Line):
            found[-1].append(item.content)
        before = item
    return found


def _begins(item: Item) -> bool:
    """Whether a line may begin a sentence."""
    text = item.content.text if isinstance(item.content, Line) else ""
    return not text[:1].islower()
