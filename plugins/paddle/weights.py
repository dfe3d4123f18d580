"""Whether a file of Paddle's weights is whole: Paddle itself reads half a tensor without a word.

A file is one or more tensors. Each is: a version (uint32), the count of levels of lengths (uint64),
each level as its size in bytes (uint64) and these bytes; a version (uint32), the size of a
description (int32) and the description, a protobuf message with the type (field 1) and the
dimensions (field 2); the numbers. All of it is little-endian (Paddle's dense_tensor_tostream.cc).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

WIDTHS = {0: 1, 1: 2, 2: 4, 3: 8, 4: 2, 5: 4, 6: 8, 20: 1, 21: 1, 22: 2, 23: 8, 24: 16}
"""Bytes of a number, by its type in Paddle's framework.proto."""


def is_whole(file: Path) -> bool:
    """Whether the file is tensors from its start to its end."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        try:
            while stream.tell() < size:
                _skip_tensor(stream)
        except (struct.error, KeyError, ValueError, OverflowError, OSError):
            return False
        return size > 0 and stream.tell() == size


def _skip_tensor(stream: BinaryIO) -> None:
    _, levels = _unpack("<IQ", stream)
    for _ in range(levels):
        stream.seek(_unpack("<Q", stream)[0], 1)
    _, size = _unpack("<Ii", stream)
    kind, count = 0, 1
    for field, value in _fields(stream.read(size)):
        if field == 1:
            kind = value
        else:
            count *= value
    stream.seek(WIDTHS[kind] * count, 1)


def _unpack(form: str, stream: BinaryIO) -> tuple[int, ...]:
    return struct.unpack(form, stream.read(struct.calcsize(form)))


def _fields(message: bytes) -> Iterator[tuple[int, int]]:
    """The numbers of a protobuf message, with their fields."""
    numbers = list(_varints(message))
    for key, value in zip(numbers[::2], numbers[1::2], strict=True):
        yield key >> 3, value


def _varints(message: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in message:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
