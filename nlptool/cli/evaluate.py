"""Compare models on data: scores, speed and memory in one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from nlptool.cli import complete, progress
from nlptool.cli.download_bar import DownloadBar
from nlptool.cli.model_options import Engine
from nlptool.cli.options import command
from nlptool.cli.reading_options import INPUT, InputFormat
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import MODEL
from nlptool.errors import UsageError
from nlptool.evaluation.evaluate import Plan, Report, default_model
from nlptool.evaluation.isolated import evaluate_isolated
from nlptool.io import reader
from nlptool.io.files import Outputs
from nlptool.io.pictures.pages import PageSpec
from nlptool.tasks import Row, Task, task_named
from nlptool.tasks.scoring import scored_tasks

MEGABYTE = 1_000_000
PLOT = "the plot"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "eval")(evaluate)


def evaluate(
    shown: Shown,
    *,
    task: Annotated[str, typer.Argument(help=f"{' or '.join(scored_tasks())}.")],
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Files with the truth.")],
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            help="A model of the registry, or a folder; may be given many times.",
            autocompletion=complete.models,
            rich_help_panel=MODEL,
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A parameter of the task: max_answer_length=50.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Records in a batch.", rich_help_panel=MODEL)
    ] = None,
    input_format: InputFormat = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[FIELD=]COLUMN",
            help="The column to take the text from.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    truth: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="The column of what is right.", rich_help_panel=INPUT),
    ] = None,
    encoding: Annotated[str, typer.Option(help="The data's encoding.", rich_help_panel=INPUT)] = (
        "utf-8"
    ),
    limit: Annotated[
        int, typer.Option(min=0, help="Take the first records only.", rich_help_panel=INPUT)
    ] = 0,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the scores as a picture.")
    ] = None,
    engine: Engine,
) -> None:
    """Compare models on data: scores, speed and memory in one table.

    For sentiment the truth is a label's name or its number (column label); scores are accuracy and
    macro F1. For qa it is an answer, several, or those of a SQuAD file (column answers); scores
    are exact match and F1 as SQuAD has them, by characters where answers are Chinese. For translate
    it is a translation by people (column reference); scores are BLEU and chrF by sacrebleu, the
    ratio of lengths, and the share of translations that look wrong. For score the truth is the
    text itself: bits and perplexity of a byte, which are comparable between models, and perplexity
    of a token. For ocr it is a page's text, in the file NAME.gt.txt or NAME.txt beside a picture
    (column text, of a list of pictures); scores are the rates of wrong characters and words, and
    the share of words that are nowhere, of all pages and of each.

    Each model runs in a process of its own. A record that a model cannot answer counts as wrong.
    """
    if task not in scored_tasks():
        raise UsageError(f"eval knows {', '.join(scored_tasks())}, not {task}")
    if "-" in data:
        raise UsageError("eval reads files, once a model; standard input can be read only once")
    plan = Plan(
        task=task,
        params=_params(task_named(task), param or ()),
        choice=engine.choice_of(None),
        data=reader.Spec(
            inputs=tuple(data),
            format=input_format,
            encoding=encoding,
            pages=PageSpec() if "open" in task_named(task).fields else None,
        ),
        fields=tuple(field or ()),
        truth=truth,
        batch=batch_size,
        limit=limit,
    )
    files = Outputs(reader.sources_of(plan.data))
    if plot:
        files.take(plot, PLOT)
    reports = []
    for model in models or [default_model(plan)]:
        with progress.shown(model) as tick:
            reports.append(evaluate_isolated(plan, model, tick, DownloadBar()))
    if plot:
        from nlptool.tasks.scoring.plot import picture as scores_picture

        picture = scores_picture({report.model: report.scores for report in reports})
        files.save(plot, picture, PLOT)
    _show(reports, shown)


def _params(task: Task[Any, Any], given: Sequence[str]) -> Any:
    pairs = [text.partition("=") for text in given]
    values = {key.replace("-", "_"): value for key, _, value in pairs}
    strange = next((key for key in values if key not in task.params.__struct_fields__), None)
    if strange is not None:
        there = ", ".join(task.params.__struct_fields__) or "none"
        raise UsageError(f"--param {strange}: {task.name} has the parameters {there}")
    try:
        return msgspec.convert(values, task.params, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"--param: {str(error).replace('`', '')}") from error


def _show(reports: Sequence[Report], shown: Shown) -> None:
    kind = shown.format or ("text" if sys.stdout.isatty() else "tsv")
    if kind != "text":
        show([_row(report) for report in reports], kind)
        return
    show([_short_row(report) for report in reports], "text")
    show(_each_row(reports), "text")
    for report in reports:
        lines = report.scores.confusion.items()
        show([{f"{report.model}: true": truth, **counts} for truth, counts in lines], "text")


def _row(report: Report) -> Row:
    row = {
        "model": report.model,
        "records": report.records,
        "failed": report.failed,
        "unusable": report.unusable,
        **{name: round(value, 4) for name, value in report.scores.values.items()},
        "records_per_second": round(report.speed, 1),
        "load_seconds": round(report.load_seconds, 3),
        "memory_mb": round(report.memory / MEGABYTE, 1),
    }
    more = {"confusion": report.scores.confusion, "each": report.each}
    return row | {name: value for name, value in more.items() if value}


def _each_row(reports: Sequence[Report]) -> list[Row]:
    """A row a record, with what each model scores on it side by side."""
    return [
        {
            "record": name,
            **{
                f"{report.model}: {score} %": round(100 * value, 2)
                for report in reports
                for score, value in report.each.get(name, {}).items()
            },
        }
        for name in reports[0].each
    ]


def _short_row(report: Report) -> Row:
    """A row that fits a terminal."""
    scores = report.scores
    return {
        "model": report.model,
        "records": report.records,
        "failed": report.failed,
        **{
            f"{name} %" if scores.shares else name: round(value * (100 if scores.shares else 1), 2)
            for name, value in scores.values.items()
        },
        "per s": round(report.speed, 1),
        "load s": round(report.load_seconds, 2),
        "MB": round(report.memory / MEGABYTE),
    }
