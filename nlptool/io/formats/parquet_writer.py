"""Rows to parquet: spooled group by group, then written under one schema that holds all of them."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import msgspec

from nlptool.errors import OutputError, UsageError, library_missing, one_line
from nlptool.io.formats.format import Layout
from nlptool.io.formats.table import columns_of
from nlptool.tasks import Row

log = logging.getLogger(__name__)

ROWS = 4096
"""Rows in a group."""
UNFIT = (TypeError, ValueError, OverflowError)
"""What pyarrow raises, by its own or by Python's names, for values that a type does not hold."""


def pyarrow() -> Any:
    """The library; ModelError says what to install."""
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet
    except ImportError as error:
        raise library_missing("pyarrow", "nlptool[parquet]") from error
    return pyarrow


class ParquetEncoder:
    """Rows to row groups; a column has the type that holds all of its values.

    It is its type in the input where that fits (``layout.sources``), a wider one where values ask
    for it, and text, which is told, where they are of kinds that have none in common. Groups wait
    in a nameless temporary file until all are known.
    """

    def __init__(self, layout: Layout) -> None:
        self.arrow = pyarrow()
        self.layout = layout
        self.rows: list[Row] = []
        self.spool = tempfile.TemporaryFile()  # noqa: SIM115
        self.stream: Any = None
        self.stream_schema: Any = None
        self.texts: set[str] = set()
        """The columns whose values share no type."""
        self.kinds: dict[str, list[Any]] = {}
        """The types that each column has had."""

    def encode(self, rows: list[Row]) -> bytes:
        """Nothing yet."""
        self.rows += rows
        while len(self.rows) >= ROWS:
            group, self.rows = self.rows[:ROWS], self.rows[ROWS:]
            self._keep(group)
        return b""

    def resume(self, written: IO[bytes]) -> None:
        """UsageError: what a footer closes cannot be written on."""
        raise UsageError("parquet cannot be resumed")

    def end(self) -> Iterable[bytes]:
        """All groups, and the footer."""
        if self.rows or self.stream is None:
            self._keep(self.rows)
        self.stream.close()
        try:
            yield from self._written(self._schema())
        except (self.arrow.ArrowException, OSError) as error:
            raise OutputError(f"parquet cannot be written: {one_line(error)}") from error
        finally:
            self.spool.close()

    def _keep(self, rows: list[Row]) -> None:
        """A group into the spool, each column as its values and the inputs' schemas say."""
        inputs = self._input_types()
        columns = {}
        for name in columns_of(rows, self.layout.columns if rows else self.layout.names()):
            given = f"input_{name}" in rows[0] if rows else False
            values = [row.get(name) for row in rows]
            array = self._array(values, None if given else inputs.get(name))
            if array is None:
                self.texts.add(name)
                array = self.arrow.array([_text(value) for value in values])
            columns[name] = array
        table = self.arrow.table(columns)
        for field in table.schema:
            kinds = self.kinds.setdefault(field.name, [])
            if field.type not in kinds:
                kinds.append(field.type)
        try:
            if self.stream_schema != table.schema:
                if self.stream:
                    self.stream.close()
                self.stream = self.arrow.ipc.new_stream(self.spool, table.schema)
                self.stream_schema = table.schema
            self.stream.write_table(table)
        except OSError as error:
            raise OutputError(f"{tempfile.gettempdir()}: {error.strerror or error}") from error

    def _input_types(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for source in self.layout.sources:
            for name, kind in source.columns.items():
                if kind:
                    found[name] = self._wider(found[name], kind) if name in found else kind
        return found

    def _array(self, values: list[Any], kind: Any) -> Any:
        """The values as an array, of ``kind`` where that holds them; None where no type does."""
        arrow = self.arrow
        ways: list[Callable[[], Any]] = [lambda: arrow.array(values)]
        if kind and not arrow.types.is_primitive(kind):
            ways.append(lambda: arrow.array(values, kind))
        if all(value is None or type(value) is int for value in values):
            ways += [lambda: arrow.array(values, arrow.uint64())]
            ways += [lambda: arrow.array(values, arrow.decimal128(38, 0))]
        for way in ways:
            try:
                array = way()
            except UNFIT:
                continue
            return self._cast(array, kind) if kind and array.type != kind else array
        return None

    def _cast(self, array: Any, kind: Any) -> Any:
        """The array as ``kind``, or as it is where a value would be another."""
        try:
            cast = array.cast(kind)
            if self.arrow.types.is_floating(kind) and self.arrow.types.is_floating(array.type):
                compute = self.arrow.compute
                same = compute.or_(
                    compute.equal(cast.cast(array.type), array), compute.is_nan(array)
                )
                return array if compute.all(same).as_py() is False else cast
        except (*UNFIT, self.arrow.ArrowException):
            return array
        return cast

    def _wider(self, one: Any, other: Any) -> Any:
        """The type that holds both; text where there is none."""
        arrow, types = self.arrow, self.arrow.types
        if one == other:
            return one
        pair = (one, other)
        if any(map(types.is_decimal, pair)) and any(map(types.is_floating, pair)):
            return arrow.string()
        if arrow.uint64() in pair and any(map(types.is_signed_integer, pair)):
            return arrow.decimal128(20, 0)
        try:
            schemas = [arrow.schema([("column", kind)]) for kind in pair]
            return arrow.unify_schemas(schemas, promote_options="permissive").field(0).type
        except (*UNFIT, arrow.ArrowException):
            return arrow.string()

    def _schema(self) -> Any:
        """The schema that holds every group: widened types that a value does not bear are text."""
        arrow = self.arrow
        found = {}
        for name, kinds in self.kinds.items():
            found[name] = kinds[0]
            for kind in kinds[1:]:
                found[name] = self._wider(found[name], kind)
            if arrow.types.is_null(found[name]):
                found[name] = arrow.string()
            elif not _storable(found[name], arrow) or _turned(found[name], kinds, arrow):
                self.texts.add(name)
        widened = [name for name, kinds in self.kinds.items() if {*kinds} > {found[name]}]
        for table in self._groups() if widened else ():
            for name in {*widened} & {*table.column_names}:
                try:
                    table[name].cast(found[name])
                except (*UNFIT, arrow.ArrowException):
                    self.texts.add(name)
        for name in sorted(self.texts):
            log.warning("the values of column %s share no type of parquet's; they are text", name)
        return arrow.schema(found | dict.fromkeys(self.texts, arrow.string()))

    def _groups(self) -> Iterator[Any]:
        """The tables in the spool, one a group."""
        self.spool.seek(0)
        end = self.spool.seek(0, io.SEEK_END)
        self.spool.seek(0)
        while self.spool.tell() < end:
            with self.arrow.ipc.open_stream(self.spool) as stream:
                for batch in stream:
                    yield self.arrow.Table.from_batches([batch])

    def _written(self, schema: Any) -> Iterator[bytes]:
        arrow = self.arrow
        out = io.BytesIO()
        with arrow.parquet.ParquetWriter(_Unclosed(out), schema) as writer:
            for table in self._groups():
                columns = [self._of_type(table, field) for field in schema]
                writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
                yield _taken(out)
        yield _taken(out)

    def _of_type(self, table: Any, field: Any) -> Any:
        if field.name not in table.column_names:
            return self.arrow.nulls(len(table), field.type)
        column = table[field.name]
        if field.name not in self.texts:
            # pyarrow (26) makes of a list of nothing but nulls, cast to its own type, a broken one
            return column if column.type == field.type else column.cast(field.type)
        return self.arrow.array([_text(value) for value in column.to_pylist()], field.type)


def _turned(kind: Any, kinds: list[Any], arrow: Any) -> bool:
    """Whether ``kind`` is text that not all of ``kinds`` are."""
    return bool(kind == arrow.string()) and any(
        one != kind and not arrow.types.is_null(one) for one in kinds
    )


def _storable(kind: Any, arrow: Any) -> bool:
    """Whether parquet has the type: it has no objects without fields."""
    if not arrow.types.is_nested(kind):
        return True
    fields = [kind.field(index) for index in range(kind.num_fields)]
    return bool(fields) and all(_storable(field.type, arrow) for field in fields)


def _text(value: Any) -> str | None:
    """A value as text: itself, or as JSON has it."""
    if value is None or isinstance(value, str):
        return value and value.encode("utf-8", "backslashreplace").decode()
    plain = msgspec.to_builtins(value)
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


def _taken(out: io.BytesIO) -> bytes:
    data = out.getvalue()
    out.seek(0)
    out.truncate()
    return data


class _Unclosed(io.RawIOBase):
    """A file for pyarrow whose close leaves the bytes to be taken."""

    def __init__(self, out: io.BytesIO) -> None:
        self.out = out
        self.written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.written

    def write(self, data: Any) -> int:
        count = self.out.write(data)
        self.written += count
        return count
