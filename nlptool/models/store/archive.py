"""Members of zip and tar archives, taken out by name as data: nothing else of them is believed.

Files are written under names of our own, so that no name in an archive can lead elsewhere; links
and devices are refused; a member may not grow beyond its pinned size, and all that have none may
together not grow beyond a multiple of the archive.
"""

from __future__ import annotations

import errno
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

from nlptool.config.registry import File, FileName
from nlptool.errors import ModelError

ZIPS = (".zip", ".whl")
TARS = (".tar", ".tar.gz", ".tgz", ".tar.xz")
GZIP = ".gz"
GROWTH = 50
"""How many times the size of the archive its content may have, after the first FREE bytes."""
FREE = 64 << 20
CHUNK = 1 << 20
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,  # zipfile's, for encrypted members
    struct.error,
    IndexError,  # zipfile's, for a member without a name
    ValueError,
    OverflowError,
)


def is_archive(name: str) -> bool:
    """Whether the name is one of an archive that can be opened."""
    return name.lower().endswith((*ZIPS, *TARS))


class Unpacking:
    """Files of an archive on their way into a folder.

    ``name`` tells the archive's kind by its suffix; ``top`` says that all of it lies below one
    folder, which is not part of the members' names (as in an sdist). ``files`` are the wanted ones
    below ``part``, none for all; ``address`` is for messages. A member that is gzipped is unpacked
    where the wanted name does not end in .gz.
    """

    def __init__(
        self, archive: Path, name: str, part: str, files: Mapping[str, File], address: str
    ) -> None:
        self.archive, self.name, self.address = archive, name.lower(), address
        self.below = f"{part}/" if part else ""
        self.files = files
        self.wanted = {self.below + (file.member or key): key for key, file in files.items()}
        if len(files) == 1 and part:
            self.wanted[part] = next(iter(files))
        self.limit = self.left = archive.stat().st_size * GROWTH + FREE

    def run(self, into: Path, top: bool = False) -> None:
        """The files into the folder; ModelError where one is missing or not what it should be."""
        walk = self._zip if self.name.endswith(ZIPS) else self._tar
        found = set()
        try:
            for member, regular, opened in walk():
                if member.startswith("/") or ".." in member.split("/"):
                    raise ModelError(f"{self.address}: {member!r} is no safe file name")
                name = self._target(member.partition("/")[2] if top else member)
                if name is None:
                    continue
                if not regular:
                    raise ModelError(f"{self.address}: {member} is a link or a device, not a file")
                with opened() as source:
                    packed = member.endswith(GZIP) and not name.endswith(GZIP)
                    content = gzip.GzipFile(fileobj=source) if packed else source
                    self._copy(content, into / name, self.files.get(name, File()).size)
                found.add(name)
        except BROKEN as error:
            raise ModelError(f"{self.address}: the archive is damaged: {error}") from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # a place before the archive's start
                raise
            raise ModelError(f"{self.address}: the archive is damaged") from error
        missing = next((name for name in self.files if name not in found), None)
        if missing or not found:
            raise ModelError(f"{self.address}: the archive has no {missing or self.below}")

    def _target(self, member: str) -> str | None:
        """The name under which a member is wanted."""
        if self.files:
            return self.wanted.get(member)
        if not member.startswith(self.below) or member.endswith("/"):
            return None
        name = member.removeprefix(self.below)
        try:
            return msgspec.convert(name, FileName)
        except msgspec.ValidationError as error:
            raise ModelError(f"{self.address}: {member!r} is no safe file name") from error

    def _zip(self) -> Iterator[Member]:
        with zipfile.ZipFile(self.archive) as archive:
            for info in archive.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)
                if not info.is_dir():
                    regular = kind in (0, stat.S_IFREG)
                    yield info.filename, regular, lambda info=info: archive.open(info)  # type: ignore[misc]

    def _tar(self) -> Iterator[Member]:
        with (
            self._decompressed() as stream,
            tarfile.open(fileobj=_Bounded(stream, self.limit, self.address), mode="r|") as archive,
        ):
            for info in archive:
                if not info.isdir():
                    name = info.name.removeprefix("./")
                    regular = info.isreg() and not info.issparse()
                    yield name, regular, lambda info=info: _opened(archive, info)  # type: ignore[misc]

    def _decompressed(self) -> IO[bytes] | gzip.GzipFile:
        if self.name.endswith(".xz"):
            return lzma.open(self.archive)
        if self.name.endswith(".tar"):
            return self.archive.open("rb")
        return gzip.GzipFile(self.archive)

    def _copy(self, source: IO[bytes] | gzip.GzipFile, target: Path, size: int | None) -> None:
        limit = self.left if size is None else size
        target.parent.mkdir(parents=True, exist_ok=True)
        here = 0
        with target.open("wb") as file:
            while chunk := source.read(CHUNK):
                here += len(chunk)
                if here > limit:
                    what = "its content" if size is None else target.name
                    raise _too_much(self.address, what, self.limit if size is None else size)
                file.write(chunk)
        if size is None:
            self.left -= here


Member = tuple[str, bool, Callable[[], IO[bytes]]]


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than a limit, for archives that grow without end."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, limit: int, address: str) -> None:
        self.stream, self.left, self.limit, self.address = stream, limit, limit, address

    def read(self, count: int = -1) -> bytes:
        data = self.stream.read(count)
        self.left -= len(data)
        if self.left < 0:
            raise _too_much(self.address, "its content", self.limit)
        return data


def _too_much(address: str, what: str, limit: int) -> ModelError:
    return ModelError(f"{address}: {what} is larger than {limit} bytes and was not unpacked")


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(info)
    return stream if stream is not None else io.BytesIO()
