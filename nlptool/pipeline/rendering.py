"""Results made bytes where they are answered, so that little is left to whoever writes them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import msgspec

from nlptool.errors import RecordError
from nlptool.io.formats import jsonl
from nlptool.io.formats.format import Format
from nlptool.io.output import ERROR, text_bytes
from nlptool.io.record import Chunk
from nlptool.io.visible import utf8_throughout
from nlptool.isolation.messages import Form
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.jobspec import JobSpec
from nlptool.tasks import Row, Task
from nlptool.tasks.base import one_row


class Rendering:
    """Which windows of a job can be rendered: those whose results nobody looks at before they are
    written, each as a line that depends on no other. ``written`` is the format of all of them,
    None where there are several, or a terminal shows it. A window without an error can be rendered
    as a whole where the attribute ``written`` is the name of a format."""

    def __init__(self, spec: JobSpec, columns: ColumnMapping, written: Format | None) -> None:
        task = columns.task
        self.columns = columns
        self.written: str | None = None
        self.form: Form = ""
        self.names: set[str] = set()
        if task.doubts or spec.artifact or spec.provenance or written is None:
            return
        if written.plain or written is jsonl.JSONL:
            self.written = written.name
        if written.plain:
            self.form = "line"
        elif written is jsonl.JSONL and task.rows is one_row and not task.finish:
            # what finishes a result may give it other names
            self.form = "object"
            self.names = {"id", ERROR, *task.result.__struct_encode_fields__} - columns.left_out

    def of(self, records: Chunk) -> Form:
        """The form in which results are to come; as they are where a column that is kept of the
        input has the name of one of theirs."""
        if self.names.isdisjoint(chain.from_iterable(record.row for record in records)):
            return self.form
        return ""

    def written_of(self, records: Chunk, results: Sequence[Any]) -> bytes:
        """All that is to be written of a window that can be rendered as a whole."""
        if self.form == "line":
            return b"\n".join([*rendered(results, self.form, self.columns.task), b""])
        return jsonl.encode(self.columns.rows(records, results))


def rendered(results: Sequence[Any], form: Form, task: Task[Any, Any]) -> list[Any]:
    """Results in a form, and the RecordErrors among them as they are."""
    if not form:
        return [*results]

    def line(result: Any) -> bytes:
        return text_bytes(task.plain(result))

    render = line if form == "line" else _object
    return [one if isinstance(one, RecordError) else render(one) for one in results]


def merged(heads: list[Row] | None, results: Sequence[Any]) -> list[bytes]:
    """Lines of rendered results, or of their errors: behind the columns of ``heads``, if any."""
    if heads is None:
        return [b"" if isinstance(one, RecordError) else one for one in results]
    lines = []
    for head, one in zip(jsonl.encode(heads).splitlines(), results, strict=True):
        tail = _object({ERROR: str(one)}) if isinstance(one, RecordError) else one
        lines.append(head[:-1] + b"," + tail[1:] if len(tail) > len("{}") else head)
    return lines


def _object(result: Any) -> bytes:
    """A result's columns as JSON."""
    try:
        return msgspec.json.encode(result)
    except UnicodeEncodeError:
        return msgspec.json.encode(utf8_throughout(msgspec.to_builtins(result)))
