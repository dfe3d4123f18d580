"""The checkpoint beside an output that grows: how far a job came, so that it can go on."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import msgspec

from nlptool.damaged import DAMAGED
from nlptool.errors import OutputError, UsageError
from nlptool.io.atomic import hidden, open_hidden
from nlptool.io.sinks import cannot_write
from nlptool.pipeline.identity import Identity, changed
from nlptool.pipeline.jobspec import Counts


class Entry(msgspec.Struct, frozen=True):
    """``records`` are answered and written; output and rejects then had so many bytes.

    ``complete`` says that there are no more, and that the files may take their names.
    """

    records: int = 0
    failed: int = 0
    output: int = 0
    rejects: int = 0
    doubted: int = 0
    complete: bool = False


class Checkpoint:
    """A file of entries, one a window of records, headed by the identity of the job.

    Data are written before their entry: after a kill the last whole entry says what counts, and
    what lies behind it is cut off. OutputError while another process holds the checkpoint,
    UsageError, which names what is another, for the checkpoint of another job.
    """

    def __init__(self, target: Path, identity: Identity) -> None:
        self.path = hidden(target, ".journal")
        self.file = open_hidden(self.path)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(f"{target}: another job is writing it") from error
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.last = self._read(target, identity)

    def _read(self, target: Path, identity: Identity) -> Entry:
        self.file.seek(0)
        head, *lines = self.file.read().split(b"\n")
        lines = lines[:-1]
        if not head or not lines:
            self.file.truncate(0)
            self._append(msgspec.json.encode(identity))
            return Entry()
        try:
            others = changed(msgspec.json.decode(head, type=Identity), identity)
            last = msgspec.json.decode(lines[-1], type=Entry)
        except DAMAGED as error:
            raise UsageError(f"{self.path} is damaged; to start over: rm {self.path}") from error
        if others:
            raise UsageError(
                f"{target} was begun with {' and '.join(others)}; to start over: rm {self.path}"
            )
        return last

    def entries(self) -> list[Entry]:
        """All that was noted, in order."""
        self.file.seek(0)
        _, *lines = self.file.read().split(b"\n")
        return [msgspec.json.decode(line, type=Entry) for line in lines[:-1]]

    def note(self, entry: Entry) -> None:
        """All up to here is written."""
        self.last = entry
        self._append(msgspec.json.encode(entry))

    def _append(self, line: bytes) -> None:
        try:
            os.write(self.file.fileno(), line + b"\n")
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def complete(self, counts: Counts) -> None:
        """All is written: whatever happens now, the job is not done again."""
        records, failed, doubted = counts.done + counts.failed, counts.failed, counts.doubted
        done = {"records": records, "failed": failed, "doubted": doubted, "complete": True}
        self.note(msgspec.structs.replace(self.last, **done))
        os.fsync(self.file.fileno())

    def remove(self) -> None:
        """The files have their names; the checkpoint has served."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of it, for another run to go on."""
        self.file.close()
