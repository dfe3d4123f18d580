"""ONNX files asked for more than they give: inner results as outputs, without the library onnx.

Of a file only the nodes' kinds and names are read, by the wire format of protocol buffers
(https://protobuf.dev/programming-guides/encoding/); numbers of fields are those of onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nlptool.errors import ModelError

GRAPH, NODE, OUTPUT, NODE_OUTPUT, NODE_KIND, NAME = 7, 1, 12, 2, 4, 1
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


def results_of(model: bytes, kind: str) -> list[str]:
    """The names of what the nodes of a kind give; ModelError where the file is damaged."""
    found = []
    try:
        for graph in _fields(memoryview(model), GRAPH):
            for node in _fields(graph, NODE):
                if [bytes(name).decode() for name in _fields(node, NODE_KIND)] == [kind]:
                    found += [bytes(name).decode() for name in _fields(node, NODE_OUTPUT)]
    except (IndexError, UnicodeDecodeError, ValueError) as error:
        raise ModelError(f"model.onnx is damaged: {error}") from error
    return found


def with_outputs(model: bytes, names: Iterable[str]) -> bytes:
    """The model with more outputs: a message that stands twice is both together."""
    more = b"".join(_field(OUTPUT, _field(NAME, name.encode())) for name in names)
    return model + _field(GRAPH, more)


def _fields(message: memoryview, wanted: int) -> Iterator[memoryview]:
    """The values of a field that have a length."""
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        kind = tag & 7
        if kind == VARINT:
            _, place = _number(message, place)
        elif kind == LENGTH:
            length, place = _number(message, place)
            if place + length > len(message):
                raise ValueError("it ends too early")
            if tag >> 3 == wanted:
                yield message[place : place + length]
            place += length
        elif kind in (FIXED64, FIXED32):
            place += 8 if kind == FIXED64 else 4
        else:
            raise ValueError(f"a field of the kind {kind}")


def _number(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | LENGTH) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
