"""The checkpoint beside an output that grows: how far a job came, so that it can go on."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import OutputError, UsageError
from nlptool.io.atomic import hidden, open_hidden
from nlptool.io.sinks import cannot_write


class Entry(msgspec.Struct, frozen=True):
    """``records`` are answered and written; output and rejects then had so many bytes."""

    records: int = 0
    failed: int = 0
    output: int = 0
    rejects: int = 0
    doubted: int = 0


class Checkpoint:
    """A file of entries, one a window of records, headed by the job it belongs to.

    Data are written before their entry: after a kill the last whole entry says what counts, and
    what lies behind it is cut off. OutputError while another process holds the checkpoint,
    UsageError for the checkpoint of another job.
    """

    def __init__(self, target: Path, job: Any) -> None:
        self.path = hidden(target, ".journal")
        key = sha256(msgspec.json.encode(job, order="deterministic")).hexdigest()
        self.file = open_hidden(self.path)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(f"{target}: another job is writing it") from error
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.last = self._read(target, key)

    def _read(self, target: Path, key: str) -> Entry:
        self.file.seek(0)
        head, *lines = self.file.read().split(b"\n")
        lines = lines[:-1]
        if not head or not lines:
            self.file.truncate(0)
            self._append(key.encode())
            return Entry()
        if head != key.encode():
            raise UsageError(
                f"{target} was begun with other inputs or options; to start over: rm {self.path}"
            )
        return msgspec.json.decode(lines[-1], type=Entry)

    def note(self, entry: Entry) -> None:
        """All up to here is written."""
        self.last = entry
        self._append(msgspec.json.encode(entry))

    def _append(self, line: bytes) -> None:
        try:
            os.write(self.file.fileno(), line + b"\n")
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def close(self, done: bool) -> None:
        """Let go; the checkpoint of a job that is done has served."""
        if done:
            self.path.unlink(missing_ok=True)
        self.file.close()
