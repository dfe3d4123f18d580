"""JSON lines: an object, or a string, a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import IO, Any

import msgspec

from nlptool.io.formats.format import Format, Layout, NextId, ReadOptions, by_lines
from nlptool.io.formats.rejected import KEY, restored
from nlptool.io.lines import Fault, half_of
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.visible import utf8_throughout
from nlptool.tasks import Row

MARK = f'"{KEY}"'
"""What a line of rejects has."""


def read(
    chunks: Iterable[list[str]], source: str, next_id: NextId, options: ReadOptions
) -> Iterator[Chunk]:
    """A record a line; a string stands under ``options.column``, blank lines are passed over."""
    decode = msgspec.json.Decoder().decode
    start = 1
    for chunk in chunks:
        values = _objects(chunk)
        count = len(chunk)
        if values is not None:
            chunk.clear()  # a line may be long, and its value is all that is needed
            yield [
                Record(next_id(), value, source, number)
                for number, value in enumerate(values, start)
            ]
        else:
            records: list[Record] = []
            for number, line in enumerate(chunk, start):
                if line.strip():
                    record = _record(decode, line, options)
                    number_here = next_id()
                    record.id = record.id or number_here
                    record.source, record.line = source, number
                    records.append(record)
            if records:
                yield records
        start += count


def _objects(chunk: list[str]) -> list[Row] | None:
    """The objects of lines that are one each; None where some are something else."""
    if {*map(type, chunk)} != {str}:
        return None
    text = "\n".join(chunk)
    if MARK in text:
        return None
    try:
        values = msgspec.json.Decoder(dict[str, Any]).decode_lines(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return None
    return values if len(values) == len(chunk) else None


def _record(decode: Callable[[str], Any], line: str, options: ReadOptions) -> Record:
    if isinstance(line, Fault):
        return Reject(0, {options.column: str(line)}, "", 0, line.why, line.raw, "jsonl")
    record = _parsed(line, options.column, decode)
    if MARK not in line or isinstance(record, Reject) or KEY not in record.row:
        return record
    return restored(record.row, options.column, partial(_parsed, decode=decode)) or record


def _parsed(line: str, column: str, decode: Callable[[str], Any]) -> Record:
    try:
        value = decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        why = f"not JSON: {_lone_half(line) or error}"
        return Reject(0, {column: line}, "", 0, why, line, "jsonl")
    if isinstance(value, str):
        value = {column: value}
    if not isinstance(value, dict):
        why = "expected an object or a string on each line"
        return Reject(0, {column: line}, "", 0, why, line, "jsonl")
    return Record(0, value)


def _lone_half(line: str) -> str:
    """What is wrong with a line that is JSON but for half of a surrogate pair; empty for others."""
    try:
        json.dumps(json.loads(line), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        return half_of(error)
    except (ValueError, RecursionError):
        pass
    return ""


def encode(rows: list[Row]) -> bytes:
    """A line a row, always UTF-8."""
    encode_lines = msgspec.json.Encoder().encode_lines
    try:
        return encode_lines(rows)
    except UnicodeEncodeError:
        return encode_lines(utf8_throughout(rows))


class LinesEncoder:
    """Rows to lines; nothing stands before or behind them."""

    def __init__(self, _layout: Layout) -> None:
        self.encode = encode

    def resume(self, written: IO[bytes]) -> None:
        """Write behind rows that stand in a file."""

    def end(self) -> Iterable[bytes]:
        """Nothing."""
        return ()


def _one_each(chunk: Sequence[str]) -> bool:
    """Whether no line is blank; of others only those are known that begin at once."""
    return all(line.startswith(("{", '"')) for line in chunk)


JSONL = Format(
    "jsonl",
    (".jsonl", ".ndjson"),
    read=by_lines(read),
    encoder=LinesEncoder,
    by_line=read,
    one_each=_one_each,
)
