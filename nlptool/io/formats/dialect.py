"""How a table is written: its delimiter, its quotes, its header."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any

import msgspec

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 20
"""Lines that are looked at to tell the delimiter."""


class Dialect(msgspec.Struct, frozen=True):
    """What is known of a table beforehand.

    ``delimiter`` None is told by the first lines; an empty ``quote`` makes quotes letters like
    others. ``header`` names the columns of a table that has no header; ``no_header`` says that it
    has none. ``skip_lines`` are lines before the table.
    """

    delimiter: str | None = None
    quote: str = '"'
    header: tuple[str, ...] = ()
    no_header: bool = False
    skip_lines: int = 0

    def reading(self, delimiter: str) -> dict[str, Any]:
        """The arguments of csv.reader."""
        if not self.quote:
            return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE, "strict": True}
        return {"delimiter": delimiter, "quotechar": self.quote, "strict": True}

    def sniffed(self, lines: Sequence[str], usual: str) -> str:
        """The delimiter of a table that begins with these lines.

        The usual one, unless another makes columns of a header in which that makes none, and as
        many of every line.
        """
        for delimiter in (usual, *DELIMITERS):
            widths = self._widths(lines[:SAMPLE], delimiter)
            if widths and widths[0] > 1 and (delimiter == usual or len({*widths}) == 1):
                return delimiter
        return usual

    def _widths(self, lines: Sequence[str], delimiter: str) -> list[int]:
        reading = self.reading(delimiter) | {"strict": False}
        try:
            rows = [len(row) for row in csv.reader((f"{line}\n" for line in lines), **reading)]
        except csv.Error:
            return []
        return [width for width in (rows[:-1] if len(lines) == SAMPLE else rows) if width]


def named(header: Sequence[str]) -> list[str]:
    """The names of the columns, each its own: column_3 for none, name_2 for a doubled one."""
    there = {*header}
    names: dict[str, None] = {}
    counts: dict[str, int] = {}
    for number, cell in enumerate(header, 1):
        name = wanted = cell if cell.strip() else f"column_{number}"
        while name in names or (name != cell and name in there):
            counts[wanted] = counts.get(wanted, 1) + 1
            name = f"{wanted}_{counts[wanted]}"
        names[name] = None
    return [*names]
