"""The files that a command writes, all opened here: none is an input, none is written twice."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from nlptool.errors import OutputError, UsageError
from nlptool.io.atomic import Existing, FileSink, GrowingSink, is_there
from nlptool.io.packed import PackedSink, packing
from nlptool.io.sinks import STDOUT, Sink, StreamSink, cannot_write, claim_stdout
from nlptool.io.sources import Source

STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d+)")
LINKS = 40
"""Links that are followed one after the other, as the kernel does."""

Key = tuple[int, int, str]
"""A file: its device, its inode and "", or its folder's and its name."""


class Outputs:
    """Opens what one command writes: whole by rename for a file, as it comes for anything else.

    ``sources`` and ``reads`` are what the command reads. UsageError for an output that is one of
    those, or another output, by whichever name or link. A file that is there is replaced, kept, or
    written on, as ``existing`` says: OutputError where it is to be kept.
    """

    def __init__(
        self,
        sources: Iterable[Source] = (),
        reads: Iterable[Path] = (),
        stdout: Callable[[], BinaryIO] = claim_stdout,
        existing: Existing = "replace",
    ) -> None:
        self.existing = existing
        self.inputs: dict[Key, str] = {}
        self.taken: dict[Key, str] = {}
        self.stdout = cache(stdout)
        for source in sources:
            if not source.url:
                self.read(source.path or 0, source.name)
        for path in reads:
            self.read(path, str(path))

    def read(self, file: Path | int, name: str) -> None:
        """An input more: a path, or the number of an open file."""
        with suppress(OSError):
            found = os.stat(file)  # noqa: PTH116
            if stat.S_ISREG(found.st_mode):
                self.inputs[_key(found)] = name

    def open(self, path: Path, what: str, folder: Path | None = None) -> Sink:
        """A sink for ``path``, which will hold ``what``; ``folder`` as place has it."""
        number = _descriptor(path)
        if number is not None:
            return self.stream(number, str(path), what)
        place = self.place(path, what, folder)
        if not place.exists() or place.is_file():
            kind = packing(path.name)
            sink = FileSink(place, self.existing)
            return PackedSink(sink, kind) if kind else sink
        try:
            flags = os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC
            stream = os.fdopen(os.open(place, flags), "wb", buffering=0)
        except OSError as error:
            raise cannot_write(path, error) from error
        return StreamSink(stream, str(path))

    def grow(self, path: Path, what: str, size: int) -> GrowingSink | PackedSink:
        """A sink for a file that outlives the process, to go on after ``size`` bytes."""
        sink = GrowingSink(self.file(path, what), size)
        return PackedSink(sink, kind) if (kind := packing(path.name)) else sink

    def save(self, path: Path, data: bytes, what: str, folder: Path | None = None) -> None:
        """Write ``path`` in one go, below a ``folder`` that is made."""
        if folder:
            make_folder(path.parent)
        sink = self.open(path, what, folder)
        try:
            sink.write(data)
        except BaseException:
            sink.abort()
            raise
        sink.commit()

    def stream(self, number: int, name: str, what: str) -> StreamSink:
        """A sink for an open file, as it comes."""
        try:
            stream = (
                self.stdout() if number == STDOUT else os.fdopen(os.dup(number), "wb", buffering=0)
            )
            with suppress(io.UnsupportedOperation):
                self._take(_keys_of(os.fstat(stream.fileno())), name, what)
        except OSError as error:
            raise cannot_write(name, error) from error
        return StreamSink(stream, name)

    def take(self, path: Path, what: str) -> None:
        """Say what an output will hold that is opened later, if at all."""
        number = _descriptor(path)
        if number is None:
            self.place(path, what)
        else:
            with suppress(OSError):
                self._take(_keys_of(os.fstat(number)), str(path), what)

    def file(self, path: Path, what: str) -> Path:
        """As place, for what can be a file only; UsageError for a device or a pipe."""
        place = self.place(path, what)
        if place.exists() and not place.is_file():
            raise UsageError(f"{path}: {what} must be a file, and this is a device or a pipe")
        return place

    def place(self, path: Path, what: str, folder: Path | None = None) -> Path:
        """Where an output goes, which is taken now.

        A link of ours is followed, one that another user has put there is not, nor is any below
        ``folder``. OutputError for those, and for a folder.
        """
        if folder:
            _refuse_links(path, folder)
        place = _followed(path)
        try:
            found, above = _stat(place), place.parent.stat()
        except OSError as error:
            raise cannot_write(path, error) from error
        if found and stat.S_ISDIR(found.st_mode):
            raise OutputError(f"{path} is a folder")
        if found and stat.S_ISCHR(found.st_mode):
            return place
        if found and stat.S_ISREG(found.st_mode) and self.existing == "keep":
            raise is_there(place)
        keys = [(above.st_dev, above.st_ino, place.name), *(_keys_of(found) if found else ())]
        self._take(keys, str(path), what)
        return place

    def _take(self, keys: Iterable[Key], name: str, what: str) -> None:
        for key in keys:
            if key in self.inputs:
                raise UsageError(f"{name} is an input, too; write {what} to another file")
            other = self.taken.setdefault(key, what)
            if other != what:
                raise UsageError(f"{name} cannot be both {other} and {what}")


def _key(found: os.stat_result) -> Key:
    return found.st_dev, found.st_ino, ""


def _keys_of(found: os.stat_result) -> list[Key]:
    """What an output that is there may not share: nothing, for a terminal or a null device."""
    return [] if stat.S_ISCHR(found.st_mode) else [_key(found)]


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _descriptor(path: Path) -> int | None:
    """The open file that a path such as /dev/stdout stands for."""
    name = os.path.abspath(path)  # noqa: PTH100
    for _ in range(LINKS):
        match = DESCRIPTOR.fullmatch(name)
        if match or name in STREAMS:
            return int(match[1]) if match else STREAMS[name]
        if not os.path.islink(name):  # noqa: PTH114
            return None
        name = os.path.abspath(os.path.join(os.path.dirname(name), os.readlink(name)))  # noqa: PTH100, PTH115, PTH118, PTH120
    return None


def _followed(path: Path) -> Path:
    """The path behind links of ours; OutputError for a link of another user."""
    for _ in range(LINKS):
        place = path.parent.resolve() / path.name
        if not place.is_symlink():
            return place
        if place.lstat().st_uid not in (os.geteuid(), place.parent.stat().st_uid):
            raise OutputError(f"{place} is a link that another user has put there")
        path = place.parent / place.readlink()
    raise OutputError(f"{path}: too many links")


def _refuse_links(path: Path, folder: Path) -> None:
    """OutputError where the names between a folder and a path in it, which no user has typed,
    lead elsewhere."""
    place = folder
    for part in path.relative_to(folder).parts:
        place /= part
        if place.is_symlink():
            raise OutputError(f"{place} is a link; results are not written through it")


def make_folder(path: Path) -> None:
    """A folder, with those above it; OutputError where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
