"""Options about the input, the same wherever texts are read."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from nlptool.cli import complete
from nlptool.errors import UsageError
from nlptool.io.formats.dialect import Dialect
from nlptool.io.formats.registry import OURS

INPUT = "Input"

InputFormat = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(form.name for form in OURS if form.read),
        help="The input's format, by suffix if not given.",
        autocompletion=complete.input_formats,
        rich_help_panel=INPUT,
    ),
]


class Reading(msgspec.Struct, frozen=True):
    """Input, the same wherever texts are read."""

    input: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            "-i",
            metavar="FILE|DIR|GLOB|-",
            help="Read this; may be given many times.",
            rich_help_panel=INPUT,
        ),
    ] = None
    input_format: InputFormat = None
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[FIELD=]COLUMN",
            help="The column to take the text from.",
            rich_help_panel=INPUT,
        ),
    ] = None
    encoding: Annotated[str, typer.Option(help="The input's encoding.", rich_help_panel=INPUT)] = (
        "utf-8"
    )
    delimiter: Annotated[
        str | None,
        typer.Option(
            metavar="CHARACTER",
            help="What stands between a table's columns, as its first lines tell if not given.",
            rich_help_panel=INPUT,
        ),
    ] = None
    quote: Annotated[
        str,
        typer.Option(
            metavar="CHARACTER", help="A table's quote; '' for none.", rich_help_panel=INPUT
        ),
    ] = '"'
    no_header: Annotated[
        bool,
        typer.Option(
            "--no-header",
            help="The table has no header; its columns are column_1, column_2 ...",
            rich_help_panel=INPUT,
        ),
    ] = False
    header: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="The columns' names, of a table without a header.",
            rich_help_panel=INPUT,
        ),
    ] = None
    skip_lines: Annotated[
        int, typer.Option(min=0, help="Lines that stand before a table.", rich_help_panel=INPUT)
    ] = 0

    def dialect(self) -> Dialect:
        """How tables are written; UsageError for what is no character."""
        delimiter = {"tab": "\t", "\\t": "\t"}.get(self.delimiter or "", self.delimiter)
        for name, value in (("--delimiter", delimiter or ","), ("--quote", self.quote or '"')):
            if len(value) != 1 or value in "\r\n":
                raise UsageError(f"{name} {value}: expected one character")
        if delimiter and delimiter == self.quote:
            raise UsageError("--delimiter and --quote are the same character")
        names = tuple(self.header.split(",")) if self.header else ()
        if len({*names}) < len(names) or "" in names:
            raise UsageError(f"--header {self.header}: each column needs a name of its own")
        return Dialect(delimiter, self.quote, names, self.no_header, self.skip_lines)
