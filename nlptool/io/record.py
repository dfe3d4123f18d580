"""What every reader yields: records, and rejects where one cannot be read."""

from __future__ import annotations

from typing import Any

import msgspec

ARGUMENT = "argument"
STDIN = "stdin"


class Record(msgspec.Struct, gc=False):
    """One record as it was read: its id, its columns, and where it stood.

    ``source`` is the file's name as the user gave it, ``stdin`` or ``argument``; ``line`` counts
    from 1 (a row of a table counts as a line).
    """

    id: str | int
    row: dict[str, Any]
    source: str = ARGUMENT
    line: int = 0

    @property
    def place(self) -> str:
        """The record's place, for messages."""
        return f"{self.source}:{self.line}" if self.line else self.source


class Reject(Record):
    """A record that cannot be read; ``row`` holds what there is of it, ``message`` says why."""

    message: str = ""


Chunk = list[Record]
"""Records that were read together; those of a source stand side by side."""
