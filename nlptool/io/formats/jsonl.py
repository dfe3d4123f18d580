"""JSON lines: an object, or a string, a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from nlptool.io.formats.format import Format, Layout, NextId, ReadOptions, by_lines
from nlptool.io.lines import Fault
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.visible import utf8_throughout
from nlptool.tasks import Row


def read(
    chunks: Iterable[list[str]], source: str, next_id: NextId, options: ReadOptions
) -> Iterator[Chunk]:
    """A record a line; a string stands under ``options.column``, blank lines are passed over."""
    decode = msgspec.json.Decoder().decode
    start = 1
    for chunk in chunks:
        values = _objects(chunk)
        if values is not None:
            yield [
                Record(next_id(), value, source, number)
                for number, value in enumerate(values, start)
            ]
        else:
            records: Chunk = []
            for number, line in enumerate(chunk, start):
                if line.strip():
                    record = _record(decode, line, options.column)
                    record.id, record.source, record.line = next_id(), source, number
                    records.append(record)
            if records:
                yield records
        start += len(chunk)


def _objects(chunk: list[str]) -> list[Row] | None:
    """The objects of lines that are one each; None where some are something else."""
    if {*map(type, chunk)} != {str}:
        return None
    try:
        values = msgspec.json.Decoder(dict[str, Any]).decode_lines("\n".join(chunk))
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return None
    return values if len(values) == len(chunk) else None


def _record(decode: Callable[[str], Any], line: str, column: str) -> Record:
    if isinstance(line, Fault):
        return Reject(0, {column: str(line)}, message=line.why)
    try:
        value = decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        return Reject(0, {column: line}, message=f"not JSON: {_lone_half(line) or error}")
    if isinstance(value, str):
        value = {column: value}
    if not isinstance(value, dict):
        return Reject(0, {column: line}, message="expected an object or a string on each line")
    return Record(0, value)


def _lone_half(line: str) -> str:
    """What is wrong with a line that is JSON but for half of a surrogate pair; empty for others."""
    try:
        json.dumps(json.loads(line), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        return f"{half!a} is half a character, without its other half"
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

    def resume(self, written: Path) -> None:
        """Write behind rows that stand in a file."""

    def end(self) -> Iterable[bytes]:
        """Nothing."""
        return ()


JSONL = Format("jsonl", (".jsonl", ".ndjson"), read=by_lines(read), encoder=LinesEncoder)
