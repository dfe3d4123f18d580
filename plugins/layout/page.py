"""A page of lines, in order, with its paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nlptool.tasks.picture import Block, Kind, Line, Page

from .frame import Cells, Frame, Item
from .order import blocks
from .paragraphs import paragraphs
from .rules import rules
from .tables import aligned, ruled

if TYPE_CHECKING:
    from PIL.Image import Image


def laid_out(lines: Sequence[Line], picture: Image, warnings: Sequence[str] = ()) -> Page:
    """The page with its lines in reading order, in blocks."""
    frame = Frame(lines)
    items = [frame.item(line.box, line) for line in lines]
    found = [frame.item(rule, None) for rule in rules(picture, frame.lean)]
    level = [rule for rule in found if rule.width > rule.height]
    upright = [rule for rule in found if rule.width <= rule.height]
    tables = ruled(items, level, upright)
    rest = [item for item in (*items, *level) if not any(_holds(table, item) for table in tables)]
    page = Page([], picture.width, picture.height, warnings=list(warnings))
    for block in blocks([*rest, *tables]):
        for kind, cells, part in _parts(block):
            start = len(page.lines)
            page.lines.extend(part)
            texts = [[" ".join(line.text for line in cell) for cell in row] for row in cells or ()]
            page.blocks.append(Block(kind, start, len(page.lines), texts))
    return page


def _parts(block: list[Item]) -> Iterator[tuple[Kind, Cells | None, list[Line]]]:
    """The paragraphs of a block, or the table that it is: its kind, its cells, its lines."""
    table = block[0].content if isinstance(block[0].content, list) else aligned(block)
    if table:
        yield "table", table, [line for row in table for cell in row for line in cell]
        return
    for paragraph in paragraphs(block):
        yield "text", None, paragraph


def _holds(table: Item, item: Item) -> bool:
    x, y = item.middle
    return table.left <= x <= table.right and table.top <= y <= table.low
