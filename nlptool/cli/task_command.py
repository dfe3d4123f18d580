"""The options of every task command, and the job they make."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from nlptool.cli import complete, progress
from nlptool.cli.download_bar import DownloadBar
from nlptool.cli.messages import log
from nlptool.cli.weights import MODEL, Offline, RegistryFile, StoreFolder
from nlptool.errors import RecordError, UsageError
from nlptool.io import reader
from nlptool.io.formats.dialect import Dialect
from nlptool.io.formats.registry import OURS
from nlptool.io.pictures.pages import PageSpec
from nlptool.io.sinks import claimed
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.pipeline.jobspec import JobSpec, OnError
from nlptool.pipeline.runner import run
from nlptool.tasks import Task

INPUT, OUTPUT = "Input", "Output"

InputFormat = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(form.name for form in OURS if form.read),
        help="The input's format, by suffix if not given.",
        autocompletion=complete.input_formats,
        rich_help_panel=INPUT,
    ),
]


class Engine(msgspec.Struct, frozen=True):
    """Where a model runs, with which options, and where its weights are."""

    device: Annotated[
        str | None,
        typer.Option(help="cpu, cuda, cuda:N or auto.", rich_help_panel=MODEL),
    ] = None
    backend: Annotated[
        str | None,
        typer.Option(
            help="A backend of the registry.",
            autocompletion=complete.backends,
            rich_help_panel=MODEL,
        ),
    ] = None
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            "-O",
            metavar="KEY=VALUE",
            help="An option of the model.",
            rich_help_panel=MODEL,
        ),
    ] = None
    registry: RegistryFile = None
    store: StoreFolder = None
    offline: Offline = False

    def choice_of(self, model: str | None) -> Choice:
        """The choice for run; UsageError for an option that is no KEY=VALUE."""
        options: dict[str, Any] = {}
        for given in self.option or ():
            key, equals, value = given.partition("=")
            if not (key and equals):
                raise UsageError(f"-O {given}: expected KEY=VALUE")
            try:
                options[key] = msgspec.json.decode(value)
            except msgspec.DecodeError:
                options[key] = value
        return Choice(
            model, self.device, self.backend, options, self.registry, self.store, self.offline
        )


class Model(Engine, frozen=True):
    """Which model answers, and where it runs."""

    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            help="A model of the registry, a folder, or hub:NAME of PaddleHub.",
            autocompletion=complete.models,
            rich_help_panel=MODEL,
        ),
    ] = None

    def choice(self) -> Choice:
        """The choice for run."""
        return self.choice_of(self.model)

    def pool(self, task: Task[Any, Any]) -> Pool:
        """The models of a task as chosen, their downloads drawn on a terminal."""
        return Pool(Resolver(task, self.choice(), DownloadBar()))


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


def run_task(
    task: Task[Any, Any],
    arguments: Sequence[str] | None,
    options: JobOptions,
    model: Model,
    params: Any,
    *,
    common: Mapping[str, str] = {},
    pages: PageSpec | None = None,
    artifact: Any = None,
    reads: Sequence[str | Path | None] = (),
    strict: bool = False,
    paragraphs: bool | None = None,
) -> int:
    """Run the task over the records; the exit code says whether some failed, or look wrong where
    that is to be ``strict``.

    ``common`` are columns that every record has besides its own; ``pages`` says that the records
    are pictures, ``artifact`` writes files of their own, ``reads`` are files that options name.
    """
    words = tuple(arguments or ())
    if words and options.input:
        raise UsageError("give texts as arguments or -i, not both")
    if not words and not options.input and sys.stdin is not None and sys.stdin.isatty():
        log.warning("reading from the terminal, a record a line; end with Ctrl-D")
    spec = reader.Spec(
        arguments=words,
        inputs=tuple(options.input or ()),
        format=options.input_format,
        encoding=options.encoding,
        dialect=options.dialect(),
        column=task.fields[0],
        common=common,
        pages=pages,
        documents="markup" in task.fields,
        paragraphs=paragraphs,
    )
    job = JobSpec(
        task=task.name,
        params=params,
        choice=msgspec.structs.replace(model.choice(), few=bool(words)),
        input=spec,
        output=options.output,
        format=options.format,
        fields=tuple(options.field or ()),
        id_field=options.id_field,
        with_input=options.with_input,
        on_error=options.on_error,
        rejects=options.rejects,
        resume=options.resume,
        csv_safe=options.csv_safe,
        artifact=artifact,
        reads=tuple(Path(file) for file in reads if file),
        batch=options.batch_size,
        jobs=options.jobs,
    )
    with progress.shown(task.name) as tick:
        counts = run(job, tick, claimed(), DownloadBar())
    if counts.failed:
        log.warning("%d of %d records failed", counts.failed, counts.failed + counts.done)
    if counts.doubted:
        log.warning("%d of %d results look wrong; -v says which", counts.doubted, counts.done)
    log.info("%d records", counts.done)
    return RecordError.code if counts.failed or (strict and counts.doubted) else 0
