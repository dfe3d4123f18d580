"""Options of every job: its output, what becomes of errors, and how it is carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli import complete
from nlptool.cli.reading_options import INPUT, Reading
from nlptool.cli.weights import MODEL
from nlptool.io.formats.registry import OURS
from nlptool.pipeline.jobspec import OnError

OUTPUT = "Output"


class JobOptions(Reading, frozen=True):
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
    csv_safe: Annotated[
        bool,
        typer.Option(
            "--csv-safe",
            help="Put a ' before cells of csv and tsv that a spreadsheet would run.",
            rich_help_panel=OUTPUT,
        ),
    ] = False
    on_error: Annotated[
        OnError,
        typer.Option(
            help="A record that fails ends the job, is left out, or is written as an error.",
            rich_help_panel=OUTPUT,
        ),
    ] = "skip"
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="Keep failed records here, to be fed in again.",
            rich_help_panel=OUTPUT,
        ),
    ] = None
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on where a run of the same command was ended.",
            rich_help_panel=OUTPUT,
        ),
    ] = False
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            help="Processes that answer, each with its own model.",
            rich_help_panel=MODEL,
        ),
    ] = 1
    batch_size: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Records in a batch, as the model likes if not given.",
            rich_help_panel=MODEL,
        ),
    ] = None
