"""Messages on a pipe, each in a frame: a mark, a length, so many bytes."""

from __future__ import annotations

import struct
from typing import IO

HEAD = struct.Struct(">4sQ")
MARK = b"nlp\x01"
LIMIT = 1 << 32
"""Bytes of a frame, at most: no picture or document is as large, a length read from garbage is."""


class BrokenFrameError(Exception):
    """What came through the pipe is no frame."""


def write(stream: IO[bytes], body: bytes) -> None:
    """Send one frame."""
    stream.write(HEAD.pack(MARK, len(body)))
    stream.write(body)
    stream.flush()


def read(stream: IO[bytes]) -> bytes:
    """The next frame's bytes; EOFError where the pipe ends, BrokenFrameError for anything else."""
    head = _exactly(stream, HEAD.size)
    mark, length = HEAD.unpack(head)
    if mark != MARK or length > LIMIT:
        raise BrokenFrameError(f"expected a frame, got {head!r}")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise EOFError
    return found
