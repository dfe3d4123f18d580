"""nlptool segment words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.tasks.segment import JIEBA, LAC, SEGMENT, Mode, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "words")(segment)


def segment(
    job: JobOptions,
    model: Model,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            help="One cut of the text, every word there is, or the cut with long words cut again."
        ),
    ] = "accurate",
    pos: Annotated[bool, typer.Option("--pos", help="Tag parts of speech.")] = False,
    offsets: Annotated[
        bool, typer.Option("--offsets", help="Give each word's start and end, in characters.")
    ] = False,
    dictionary: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Words of your own, a line each: word, frequency, tag."),
    ] = None,
    entities: Annotated[
        bool,
        typer.Option(
            "--entities", help="Give the names of persons, places and organisations, and times."
        ),
    ] = False,
) -> int:
    """Cut text into words.

    Chinese is cut by jieba, other text at Unicode's word boundaries. What only one model can do,
    it does for all text: names lac, the other things jieba.
    """
    if entities:
        model = replace(model, model=model.model or LAC)
    elif pos or dictionary or mode != "accurate":
        model = replace(model, model=model.model or JIEBA)
    params = Params(mode, pos, offsets, str(dictionary) if dictionary else None, entities)
    return run_task(SEGMENT, texts, job, model, params, reads=[dictionary])
