"""JSON: one array of objects."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from nlptool.tasks import Row


class ArrayEncoder:
    """Rows to one array, an object a line, written as they come."""

    def __init__(self) -> None:
        self.started = False

    def encode(self, rows: Iterable[Row]) -> bytes:
        """The rows' objects, with the opening bracket before the first."""
        parts = []
        for row in rows:
            parts.append((b",\n" if self.started else b"[\n") + msgspec.json.encode(row))
            self.started = True
        return b"".join(parts)

    def go_on(self, _written: Path) -> None:
        """Write behind rows that stand in a file."""
        self.started = True

    def end(self) -> bytes:
        """The closing bracket."""
        return b"\n]\n" if self.started else b"[]\n"
