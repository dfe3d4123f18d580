"""Packed files, as their last suffix says: unpacked when they are read, packed when written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import PurePath
from typing import IO, Any, cast

from nlptool.errors import InputError, library_missing, one_line
from nlptool.io.atomic import FileSink

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
BLOCK = 1 << 16
LEVEL = 6
MEMBER = 1 << 18
"""Bytes of a member, where a file is packed in several for a job that may go on."""


def packing(name: str) -> str:
    """The suffix that says how a file is packed, empty where it is not."""
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix in SUFFIXES else ""


def suffix_of(name: str) -> str:
    """The suffix that tells a file's format, in lower case: the one before that of its packing."""
    path = PurePath(name)
    return (path.with_suffix("") if packing(name) else path).suffix.lower()


def unpacked(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The bytes of a packed file in blocks, however much it grows; InputError for a damaged one."""
    import lzma
    import zlib

    file = _open(io.BufferedReader(_Blocks(blocks)), packing(name), "rb")
    try:
        while block := file.read(BLOCK):
            yield block
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise InputError(f"{name}: damaged: {one_line(error)}") from error
    except Exception as error:
        if type(error).__name__ != "ZstdError":
            raise
        raise InputError(f"{name}: damaged: {one_line(error)}") from error


def _zstd() -> Any:
    """The library for zstd: Python's own from 3.14 on, before that an extra."""
    for module in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(module)
        except ImportError:
            continue
    raise library_missing("backports.zstd", "nlptool[zstd]")


class PackedSink:
    """What is written, packed, into a file: one member, or several one behind the other."""

    def __init__(self, sink: FileSink, kind: str) -> None:
        self.sink = sink
        self.kind = kind
        self.raw = _Into(sink)
        self.member: IO[bytes] | None = None
        self.held = 0
        self.empty = not sink.size

    @property
    def size(self) -> int:
        """The bytes that the file has or began with."""
        return self.sink.size

    @contextmanager
    def begun(self) -> Iterator[IO[bytes]]:
        """What the file holds so far, unpacked."""
        with self.sink.begun() as packed, _open(packed, self.kind, "rb") as file:
            yield file

    def write(self, data: bytes) -> None:
        """The data, packed, some of it later."""
        self.member = self.member or _open(self.raw, self.kind, "wb")
        self.member.write(data)
        self.held += len(data)

    def grown_to(self, least: int = MEMBER) -> int | None:
        """The bytes of whole members, where the last of them has so many bytes, unpacked, and can
        end here; None where it goes on."""
        if self.member and self.held < least:
            return None
        self._end()
        return self.sink.size

    def finish(self) -> None:
        """The end of the last member; one with nothing in it where there is none."""
        if self.empty:
            self.write(b"")
        self._end()

    def _end(self) -> None:
        if self.member:
            self.member.close()
            self.member, self.held, self.empty = None, 0, False

    def commit(self) -> None:
        """The end of the packing, then the sink's."""
        self.finish()
        self.sink.commit()

    def abort(self) -> None:
        """Nothing of it."""
        self.raw.sink = None
        self.sink.abort()


class _Blocks(io.RawIOBase):
    """Blocks as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks = blocks
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.blocks, b"")
        count = min(len(buffer), len(self.rest))
        buffer[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


class _Into(io.RawIOBase):
    """A sink as a file; what comes when there is none any more is dropped."""

    def __init__(self, sink: FileSink) -> None:
        self.sink: FileSink | None = sink

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self.sink:
            self.sink.write(bytes(data))
        return len(data)


def _open(file: Any, kind: str, mode: Any) -> IO[bytes]:
    if kind == ".gz":
        import gzip

        return gzip.GzipFile("", mode, LEVEL, file, mtime=0)  # type: ignore[return-value]
    if kind == ".bz2":
        import bz2

        return bz2.BZ2File(file, mode)
    if kind == ".zst":
        return cast(IO[bytes], _zstd().ZstdFile(file, mode))
    import lzma

    return lzma.LZMAFile(file, mode)
