"""Files that appear whole or not at all: written under hidden names beside their places."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

from nlptool.errors import OutputError
from nlptool.io.sinks import cannot_write

NAME_LIMIT = 200
"""Bytes of a name that still leave room for what a hidden file's name adds; names have 255."""
BLOCK = 1 << 20
Existing = Literal["replace", "keep", "append"]
"""What becomes of a file that is there."""
UMASK = os.umask(0o077)
os.umask(UMASK)


def hidden(path: Path, suffix: str) -> Path:
    """A hidden file beside ``path`` that belongs to it, however long its name is."""
    name, raw = path.name, os.fsencode(path.name)
    return path.with_name(f".{name if len(raw) <= NAME_LIMIT else sha256(raw).hexdigest()}{suffix}")


def open_hidden(path: Path) -> BinaryIO:
    """A hidden file of ours that outlives its process, to be read and appended to.

    OutputError for a link, or for what another user or name has put there.
    """
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0)
    except OSError as error:
        raise cannot_write(path, error) from error
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_uid != os.geteuid():
        file.close()
        raise OutputError(f"{path}: this is no file of nlptool's; remove it")
    return file


class FileSink:
    """A file that appears whole or not at all: written beside its place, then renamed.

    Until then it has a random name and is its owner's alone. It gets the mode of the file that it
    replaces, begins with what is in that where it is to ``append``, in whole lines, and does not
    replace one that it is to ``keep``. ``size`` is how many bytes it began with.
    """

    def __init__(self, path: Path, existing: Existing = "replace") -> None:
        self.path = path
        self.existing = existing
        self.size = 0
        try:
            descriptor, name = tempfile.mkstemp(".part", hidden(path, ".").name, path.parent)
        except OSError as error:
            raise cannot_write(path, error) from error
        self.part = Path(name)
        self.file: BinaryIO = os.fdopen(descriptor, "wb")
        if existing == "append":
            self._begin()

    def _begin(self) -> None:
        """All that is in the file that is there."""
        try:
            with self.path.open("rb") as before:
                last = b""
                while block := before.read(BLOCK):
                    self.file.write(block)
                    self.size += len(block)
                    last = block[-1:]
                if last not in (b"", b"\n"):
                    self.file.write(b"\n")
            self.file.flush()
        except FileNotFoundError:
            pass
        except OSError as error:
            self.abort()
            raise cannot_write(self.path, error) from error

    def begun(self) -> BinaryIO:
        """What it holds so far, to be read."""
        return self.part.open("rb")

    def write(self, data: bytes) -> None:
        """The data into the hidden file."""
        try:
            self.file.write(data)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def commit(self) -> None:
        """The file under its name, complete."""
        try:
            self.file.flush()
            os.fchmod(self.file.fileno(), mode_of(self.path))
            os.fsync(self.file.fileno())
            self.file.close()
            if self.existing == "keep":
                os.link(self.part, self.path)
                self.part.unlink()
            else:
                self.part.replace(self.path)
        except FileExistsError as error:
            self.part.unlink(missing_ok=True)
            raise is_there(self.path) from error
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def abort(self) -> None:
        """The hidden file gone."""
        _close(self.file)
        self.part.unlink(missing_ok=True)


class GrowingSink(FileSink):
    """A file written beside its place that outlives the process, to go on after ``size`` bytes."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.existing = "replace"
        self.part = hidden(path, ".part")
        self.size = size
        self.file = open_hidden(self.part)
        try:
            if os.fstat(self.file.fileno()).st_size < size:
                raise OutputError(f"{self.part} is shorter than its checkpoint says; remove both")
            self.file.truncate(size)
        except OSError as error:
            raise cannot_write(path, error) from error

    def write(self, data: bytes) -> None:
        """The data at the end of the hidden file, out of the process."""
        left = memoryview(data)
        try:
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.size += len(data)

    def grown_to(self, least: int = 0) -> int:
        """The bytes that it has, however few more they are."""
        return self.size

    def abort(self) -> None:
        """The hidden file stays for the next time."""
        _close(self.file)


def is_there(path: Path) -> OutputError:
    """The error for a file that is not to be replaced."""
    return OutputError(f"{path} is there already, and is kept (--no-clobber)")


def settle(path: Path) -> None:
    """What a GrowingSink wrote to its end takes its name, unless it has it already."""
    part = hidden(path, ".part")
    with suppress(FileNotFoundError):
        part.chmod(mode_of(path))
        part.replace(path)


def mode_of(path: Path) -> int:
    """The permissions that a new file at ``path`` gets: those of the one that is there."""
    try:
        return path.lstat().st_mode & 0o777
    except OSError:
        return 0o666 & ~UMASK


def _close(file: BinaryIO) -> None:
    """Close a file whose content does not matter any more, on a full disk too."""
    with suppress(OSError):
        file.close()
