"""GGUF files: metadata and the places of tensors, read without any library and trusted in nothing.

The format is https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little
end first. Every count, length and offset is compared with the size of the file before anything of
that size is made.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

from nlptool.errors import ModelError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
LONGEST_KEY = 1 << 16
DIMENSIONS = 4
ALIGNMENTS = [1 << power for power in range(17)]

SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
"""Types of values as ``struct`` has them."""
STRING, ARRAY = 8, 9

BLOCKS = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    30: ("BF16", 1, 2),
}
"""Kinds of blocks that are read: name, weights of a block, bytes of a block."""

FILE_TYPES = dict(enumerate(("F32", "F16", "Q4_0", "Q4_1"))) | dict(
    enumerate(("Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K"), 14)
)
"""``general.file_type``, where it says more than the tensors: which mixture of blocks they are."""


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies: ``shape`` has the rows first; ``kind`` is a key of BLOCKS; ``offset``
    and ``size`` are bytes of the file."""

    shape: tuple[int, ...]
    kind: int
    offset: int
    size: int


@dataclass(frozen=True)
class Gguf:
    """A file's metadata, arrays as lists of texts or ``array``s of numbers, and its tensors."""

    file: Path
    metadata: dict[str, Any] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """A value of a kind; ModelError where it is another, or missing without a default."""
        value = self.metadata.get(key, default)
        if value is default and default is not None:
            return default
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            found = "is missing" if value is None else "is not what it should be"
            raise ModelError(f"{self.file}: {key} {found}")
        return value


def read(file: Path) -> Gguf:
    """The head of a file; ModelError where it is no GGUF file, damaged, or lies."""
    try:
        with file.open("rb") as stream:
            return _Reader(file, stream).read()
    except OSError as error:
        raise ModelError(f"{file}: {error.strerror}") from error


def about(gguf: Gguf) -> dict[str, Any]:
    """What a person wants to know of a file: architecture, parameters, quantisation and so on."""
    metadata = gguf.metadata
    architecture = metadata.get("general.architecture")
    tokens = metadata.get("tokenizer.ggml.tokens")
    file_type = metadata.get("general.file_type")
    kinds: dict[str, int] = {}
    for tensor in gguf.tensors.values():
        name = BLOCKS[tensor.kind][0]
        kinds[name] = kinds.get(name, 0) + prod(tensor.shape)
    most = max(kinds, key=lambda name: kinds[name], default=None)
    found = {
        "name": metadata.get("general.name"),
        "architecture": architecture,
        "parameters": sum(kinds.values()),
        "quantisation": FILE_TYPES.get(file_type, most) if isinstance(file_type, int) else most,
        "context": metadata.get(f"{architecture}.context_length"),
        "tokenizer": metadata.get("tokenizer.ggml.model"),
        "vocabulary": len(tokens) if isinstance(tokens, list) else None,
        "licence": metadata.get("general.license"),
    }
    return {key: value for key, value in found.items() if isinstance(value, str | int)}


class _Reader:
    """Reads on from a place, never over the end of the file."""

    def __init__(self, file: Path, stream: BinaryIO) -> None:
        self.file, self.stream = file, stream
        self.left = self.total = file.stat().st_size

    def read(self) -> Gguf:
        if self._bytes(4) != MAGIC:
            raise self._wrong("it is no GGUF file")
        (version,) = self._unpack("I")
        if version not in VERSIONS:
            raise self._wrong(f"GGUF of version {version} cannot be read, only 2 and 3")
        tensors, values = self._unpack("QQ")
        self._room(tensors, 8 + 4 + 8 + 4 + 8)
        self._room(values, 8 + 4 + 1)
        metadata: dict[str, Any] = {}
        for _ in range(values):
            key = self._key(metadata)
            (kind,) = self._unpack("I")
            metadata[key] = self._value(kind, key)
        return Gguf(self.file, metadata, self._tensors(tensors, metadata))

    def _tensors(self, count: int, metadata: dict[str, Any]) -> dict[str, Tensor]:
        described: dict[str, tuple[tuple[int, ...], int, int]] = {}
        for _ in range(count):
            name = self._key(described)
            (dimensions,) = self._unpack("I")
            if not 1 <= dimensions <= DIMENSIONS:
                raise self._wrong(f"{name} has {dimensions} dimensions")
            shape = self._unpack(f"{dimensions}Q")
            described[name] = (shape[::-1], *self._unpack("IQ"))
        alignment = metadata.get("general.alignment", 32)
        if alignment not in ALIGNMENTS:
            raise self._wrong(f"its alignment is {alignment}")
        here = self.total - self.left
        start = here + -here % alignment
        return {name: self._placed(name, start, *what) for name, what in described.items()}

    def _placed(
        self, name: str, start: int, shape: tuple[int, ...], kind: int, offset: int
    ) -> Tensor:
        if kind not in BLOCKS:
            known = ", ".join(each for each, _, _ in BLOCKS.values())
            raise self._wrong(f"{name} has blocks of type {kind}; known are {known}")
        _, weights, size = BLOCKS[kind]
        if 0 in shape or shape[-1] % weights:
            raise self._wrong(f"{name} has the dimensions {shape}, which are no whole blocks")
        tensor = Tensor(shape, kind, start + offset, prod(shape) // weights * size)
        if tensor.offset + tensor.size > self.total:
            raise self._wrong(f"{name} ends behind the end of the file")
        return tensor

    def _key(self, taken: dict[str, Any]) -> str:
        key = self._text(LONGEST_KEY)
        if key in taken:
            raise self._wrong(f"{key!r} stands there twice")
        return key

    def _value(self, kind: int, key: str) -> Any:
        if kind in SCALARS:
            return self._unpack(SCALARS[kind])[0]
        if kind == STRING:
            return self._text()
        if kind != ARRAY:
            raise self._wrong(f"{key} has a value of the unknown type {kind}")
        item, count = self._unpack("IQ")
        if item == STRING:
            self._room(count, 8)
            return [self._text() for _ in range(count)]
        if item not in SCALARS:
            raise self._wrong(f"{key} is an array of the type {item}")
        code = "B" if item == 7 else SCALARS[item]
        self._room(count, struct.calcsize(code))
        numbers = array(code)
        numbers.frombytes(self._bytes(count * numbers.itemsize))
        return numbers

    def _text(self, longest: int | None = None) -> str:
        (length,) = self._unpack("Q")
        if longest is not None and length > longest:
            raise self._wrong(f"a name of {length} bytes")
        return self._bytes(length).decode("utf-8", "replace")

    def _unpack(self, codes: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{codes}", self._bytes(struct.calcsize(f"<{codes}")))

    def _bytes(self, count: int) -> bytes:
        self._room(count, 1)
        self.left -= count
        data = self.stream.read(count)
        if len(data) < count:
            raise self._wrong("it ends too early")
        return data

    def _room(self, count: int, size: int) -> None:
        """ModelError where so many things of a size cannot stand in the rest of the file."""
        if count * size > self.left:
            raise self._wrong("it ends too early, or lies about what is in it")

    def _wrong(self, what: str) -> ModelError:
        return ModelError(f"{self.file}: {what}")
