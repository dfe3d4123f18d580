"""A line of rejects: what a record was, so that it is taken again as that, and as nothing else."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable

import msgspec

from nlptool.io.lines import Fault
from nlptool.io.record import Record, Reject
from nlptool.tasks import Row

KEY, ERROR = "rejected", "error"
"""The columns of a reject besides the record's own."""
FILE = "file"
"""The form of what is a whole file."""


class Rejected(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a record stood, and its id there.

    One that could not be read is here as it stood in a file of the format ``form``: ``raw`` if it
    is text, else in ``base64``.
    """

    source: str
    line: int = 0
    id: str | int = 0
    form: str = ""
    raw: str = ""
    base64: str = ""


def unreadable(line: Fault, column: str, number: int, source: str, place: int) -> Reject:
    """The reject of a line of text that cannot be decoded."""
    return Reject(number, {column: str(line)}, source, place, line.why, line.raw, "text")


def line_of(record: Record, row: Row, error: str) -> Row:
    """The line of rejects for a record, whose columns are ``row``."""
    form, raw = (record.form, record.raw) if isinstance(record, Reject) else ("", "")
    if not form and row.keys() & {KEY, ERROR}:
        form, raw = "jsonl", msgspec.json.encode(row)
    text, coded = "", ""
    try:
        text = raw if isinstance(raw, str) else raw.decode()
    except UnicodeDecodeError:
        coded = b64encode(raw).decode()  # type: ignore[arg-type]
    place = Rejected(record.source, record.line, record.id, form, text, coded)
    return {**({} if form else row), ERROR: error, KEY: msgspec.to_builtins(place)}


def restored(row: Row, column: str, parse: Callable[[str, str], Record]) -> Record | None:
    """The record that a line of rejects holds, None for a line that is none.

    ``parse`` makes one of a line of JSON, for the ``column`` that a string takes. What was no
    record then is a Reject again, but for a line of JSON that was mended.
    """
    try:
        told = msgspec.convert(row[KEY], Rejected)
        error = msgspec.convert(row.get(ERROR), str)
    except msgspec.ValidationError:
        return None
    if not told.form:
        kept = {name: value for name, value in row.items() if name not in (KEY, ERROR)}
        return Record(told.id, kept)
    if told.form == "jsonl" and told.raw:
        record = parse(told.raw, column)
        record.id = told.id
        return record
    raw = b64decode(told.base64) if told.base64 else told.raw
    return Reject(told.id, {column: ""}, message=error, raw=raw, form=told.form)
