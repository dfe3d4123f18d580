"""What every reader yields: records, and rejects where one cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
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
    """A record that cannot be read; ``row`` holds what there is of it, ``message`` says why.

    ``raw`` is what stood there, text or bytes that are none, of the format ``form``; without a
    ``form`` the row is all of it.
    """

    message: str = ""
    raw: str | bytes = ""
    form: str = ""


class BadSource(Reject):
    """An input that cannot be read, or not on from here: it stands for all that is missing."""


Chunk = Sequence[Record]
"""Records that were read together; those of a source stand side by side."""
