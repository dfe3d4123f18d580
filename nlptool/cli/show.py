"""Tables about nlptool itself, the same for all commands: for eyes on a terminal, else as data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from nlptool.io.formats.registry import output_named
from nlptool.io.sinks import StreamSink, claim_stdout
from nlptool.io.visible import visible, visible_bytes
from nlptool.tasks import Row

ShowFormat = Literal["text", "json", "jsonl", "csv", "tsv"]


class Shown(msgspec.Struct, frozen=True):
    """The option of every command that prints a table."""

    format: Annotated[
        ShowFormat | None,
        typer.Option(
            "--format", "-f", help="A table on a terminal if not given, else tab-separated."
        ),
    ] = None


def show(
    rows: Sequence[Row],
    format: ShowFormat | None = None,  # noqa: A002
    human: Mapping[str, Callable[[Any], str]] = {},
) -> None:
    """Print rows of the same columns.

    ``human`` says how a column looks in a table for eyes; data formats get the value itself.
    """
    if format is None:
        format = "text" if sys.stdout.isatty() else "tsv"  # noqa: A001
    if format == "text":
        _draw(rows, human)
        return
    if format in ("csv", "tsv"):
        rows = [{name: _joined(value) for name, value in row.items()} for row in rows]
    _write(output_named(format).encode(list(rows)))


def show_path(path: Path) -> None:
    """Print a path alone, as the bytes that the system has for it."""
    _write(os.fsencode(path) + b"\n")


def _write(data: bytes) -> None:
    sink = StreamSink(claim_stdout(), "standard output")
    sink.write(visible_bytes(data) if sink.stream.isatty() else data)


def _draw(rows: Sequence[Row], human: Mapping[str, Callable[[Any], str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = visible if sys.stdout.isatty() else str
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in rows[0] if rows else ():
        right = all(_is_number(row[name]) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if right else "left")
    for row in rows:
        cells = (human.get(name, _cell)(value) for name, value in row.items())
        table.add_row(*(Text(shown(cell)) for cell in cells))
    if rows:
        Console().print(table)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _joined(value: Any) -> Any:
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return ",".join(value)
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(_joined(value))
