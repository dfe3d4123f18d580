"""Between a record's columns and a task's input and result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from nlptool.errors import RecordError, UsageError, some_failed
from nlptool.io.formats.format import RESULT
from nlptool.io.output import ERROR
from nlptool.io.record import Record, Reject
from nlptool.tasks import Row, Task, Text
from nlptool.tasks.base import one_row

PROVENANCE = "provenance"
"""The column that says what answered."""


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
        self.provenance: Callable[[Record], Row] | None = None

    def take_all(self, records: Sequence[Record]) -> list[Any]:
        """For each record what ``take`` gives, or the RecordError that it raises."""
        if not self.takes_text:
            return [self._taken(record) for record in records]
        main, id_column = self.main, self.id_column
        items: list[Any] = []
        for record in records:
            row = record.row
            text = row.get(main)
            several = len(row) > 1
            unnamed = several and id_column not in row
            if type(text) is not str or type(record) is not Record or (unnamed and self.id_field):
                items.append(self._taken(record))
                continue
            if several and not unnamed:
                record.id = row[id_column]
            items.append(Text(text))
        return items

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
                raise RecordError(_no_column(column, row))
            values[field] = row[column]
        try:
            return msgspec.convert(values, self.task.input)
        except msgspec.ValidationError as error:
            raise RecordError(str(error).replace("`", "")) from error

    def rows(self, records: Sequence[Record], results: Sequence[Any]) -> list[Row]:
        """What a structured format gets of records and their results: the id, the result, and the
        other columns of each.

        Where a column of the input has the name of one of the result's, it becomes input_NAME, or
        input_input_NAME where that is another column's.
        """
        return self._merged(self._answers(records, results))

    def heads(self, records: Sequence[Record]) -> list[Row]:
        """Of the rows of records the columns that stand before a result's."""
        return self._merged((record, {}) for record in records)

    def _merged(self, answers: Iterable[tuple[Record, Row]]) -> list[Row]:
        before: list[str | None] = []
        kept: list[tuple[str, str]] = []
        found: list[Row] = []
        for record, row in answers:
            given = record.row
            names = [*given, None, *row]
            if names != before:
                before, kept = names, self._kept([*given], [*row])
            whole: Row = {"id": record.id}
            for name, new in kept:
                whole[new] = given[name]
            whole.update(row)
            found.append(whole)
        return found

    def _answers(
        self, records: Sequence[Record], results: Sequence[Any]
    ) -> Iterable[tuple[Record, Row]]:
        """A row alone, with its record; those of results that are one row are made all at once."""
        if self.task.rows is one_row and not self.provenance and not some_failed(results):
            return zip(records, msgspec.to_builtins(results), strict=True)
        pairs = zip(records, results, strict=True)
        return ((record, row) for record, result in pairs for row in self._rows(record, result))

    def _rows(self, record: Record, result: Any) -> list[Row]:
        """The rows of a result alone, each with what answered where that is wanted."""
        if isinstance(result, RecordError):
            return [{ERROR: str(result)}]
        rows = self.task.rows(result)
        if self.provenance:
            told = self.provenance(record)
            rows = [{**row, PROVENANCE: told} for row in rows]
        return rows

    def _kept(self, names: Sequence[str], results: Sequence[str]) -> list[tuple[str, str]]:
        """The input's columns that a row keeps, each with its name there."""
        kept = [name for name in names if name not in self.left_out]
        ours = {"id", *results}
        used = ours | {name for name in kept if name not in ours}
        found = []
        for name in kept:
            new = name
            if name in ours:
                while new in used:
                    new = f"input_{new}"
                used.add(new)
            found.append((name, new))
        return found

    def header(self, names: Iterable[str]) -> list[str]:
        """The columns of a table without rows, whose input has columns of these names."""
        task = self.task
        required = len(task.result.__struct_fields__) - len(task.result.__struct_defaults__)
        results = task.result.__struct_fields__[:required] if task.rows is one_row else ()
        results = (*results, PROVENANCE) if self.provenance else results
        kept = self._kept([*dict.fromkeys(names)], results)
        return ["id", *(new for _, new in kept), *results]

    def whole_row(self, record: Record, result: Any) -> Row:
        """What a format that takes results whole gets of a record: all of its columns, too."""
        if isinstance(result, RecordError):
            return {"id": record.id, ERROR: str(result)}
        return {**record.row, "id": record.id, RESULT: result}


def _no_column(column: str, row: Row) -> str:
    """The message for a row without a column, whose names may be those of a first row of values."""
    values = any(name[:1].isdigit() or " " in name for name in row)
    hint = ", or say --no-header where the first line is no header" if values else ""
    return f"no column {column}; there are: {', '.join(row)}; name one with --field{hint}"


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
