"""Options about the output, the same for all tasks."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli import complete
from nlptool.cli.reading_options import INPUT, Reading
from nlptool.errors import UsageError
from nlptool.io.atomic import Existing
from nlptool.io.formats.registry import OURS

OUTPUT = "Output"


class Writing(Reading, frozen=True):
    """Input and output, the same for all tasks."""

    id_field: Annotated[
        str | None, typer.Option(help="The column of the record's id.", rich_help_panel=INPUT)
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE|DIR/",
            help="Write here: a file, whole or not at all, or a folder with a file an input.",
            rich_help_panel=OUTPUT,
        ),
    ] = None
    no_clobber: Annotated[
        bool,
        typer.Option(
            "--no-clobber", help="Keep an output that is there: an error.", rich_help_panel=OUTPUT
        ),
    ] = False
    append: Annotated[
        bool,
        typer.Option(
            "--append", help="Write behind what is in the output.", rich_help_panel=OUTPUT
        ),
    ] = False
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(form.name for form in OURS if form.written and not form.document),
            help="The output's format, by suffix if not given, else text.",
            autocompletion=complete.output_formats,
            rich_help_panel=OUTPUT,
        ),
    ] = None
    with_input: Annotated[
        bool,
        typer.Option(
            "--with-input", help="Repeat the input in the output.", rich_help_panel=OUTPUT
        ),
    ] = False
    provenance: Annotated[
        bool,
        typer.Option(
            "--provenance",
            help="Say in a column which model answered, its digest, nlptool's version, the device.",
            rich_help_panel=OUTPUT,
        ),
    ] = False
    csv_safe: Annotated[
        bool,
        typer.Option(
            "--csv-safe",
            help="Put a ' before cells of csv and tsv that a spreadsheet would run.",
            rich_help_panel=OUTPUT,
        ),
    ] = False

    def existing(self) -> Existing:
        """What becomes of an output that is there."""
        if self.no_clobber and self.append:
            raise UsageError("--no-clobber keeps an output, --append writes on: give one")
        return "keep" if self.no_clobber else "append" if self.append else "replace"
