"""Between a record's columns and a task's input and result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from nlptool.errors import RecordError, UsageError
from nlptool.io.output import ERROR
from nlptool.io.record import Record, Reject
from nlptool.tasks import Row, Task, Text


class ColumnMapping:
    """Which columns a task takes, and how a result's rows look.

    ``fields`` are ``--field`` values: ``NAME`` for the task's first field, ``FIELD=NAME`` for any.
    """

    def __init__(
        self,
        task: Task[Any, Any],
        fields: Sequence[str] = (),
        id_field: str | None = None,
        with_input: bool = False,
    ) -> None:
        self.task = task
        self.columns = _columns(task, fields)
        required = len(task.fields) - len(task.input.__struct_defaults__)
        self.optional = task.fields[required:]
        self.main = self.columns[task.fields[0]]
        self.id_field = id_field
        self.id_column = id_field or "id"
        kept = task.keep or (task.fields if with_input else ())
        shown = {self.columns[field] for field in kept}
        self.left_out = {*self.columns.values(), self.id_column} - shown
        self.takes_text = task.input is Text

    def take_all(self, records: Iterable[Record]) -> list[Any]:
        """For each record what ``take`` gives, or the RecordError that it raises."""
        if not self.takes_text:
            return [self._taken(record) for record in records]
        main = self.main
        return [
            Text(text)
            if type(text := record.row.get(main)) is str
            and len(record.row) == 1
            and type(record) is Record
            else self._taken(record)
            for record in records
        ]

    def _taken(self, record: Record) -> Any:
        try:
            return self.take(record)
        except RecordError as error:
            return error

    def take(self, record: Record) -> Any:
        """The task's input from a record; RecordError where a column is missing or wrong.

        The id column becomes the record's id.
        """
        row = record.row
        if len(row) > 1 or self.main not in row:
            if self.id_column in row:
                record.id = row[self.id_column]
            elif self.id_field and not isinstance(record, Reject):
                raise RecordError(f"no column {self.id_field}; there are: {', '.join(row)}")
        if isinstance(record, Reject):
            raise RecordError(record.message)
        values = {}
        for field, column in self.columns.items():
            if column not in row:
                if field in self.optional:
                    continue
                raise RecordError(
                    f"no column {column}; there are: {', '.join(row)}; name one with --field"
                )
            values[field] = row[column]
        try:
            return msgspec.convert(values, self.task.input)
        except msgspec.ValidationError as error:
            raise RecordError(str(error).replace("`", "")) from error

    def rows(self, record: Record, result: Any) -> list[Row]:
        """What a structured format gets of a record: its id, its result, its other columns.

        Where a column of the input has the name of one of the result's, it becomes input_NAME.
        """
        if isinstance(result, RecordError):
            return [self._row(record, {ERROR: str(result)})]
        return [self._row(record, row) for row in self.task.rows(result)]

    def _row(self, record: Record, result: Row) -> Row:
        kept = {
            f"input_{name}" if name in result else name: value
            for name, value in record.row.items()
            if name not in self.left_out
        }
        kept.pop("id", None)
        return {"id": record.id, **kept, **result}


def _columns(task: Task[Any, Any], fields: Sequence[str]) -> dict[str, str]:
    columns = {field: field for field in task.fields}
    for given in fields:
        field, equals, column = given.partition("=")
        if not equals:
            field, column = task.fields[0], given
        if field not in columns:
            raise UsageError(f"{task.name} has no field {field}; it has {', '.join(columns)}")
        columns[field] = column
    return columns
