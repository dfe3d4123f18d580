"""nlptool word2vec train."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli.options import command
from nlptool.cli.road import INPUT, InputFormat
from nlptool.cli.show import Shown, show
from nlptool.cli.word2vec.bar import shown
from nlptool.cli.word2vec.saving import MAKING, Saved
from nlptool.errors import RecordError, UsageError
from nlptool.formats import read
from nlptool.run import vectors
from nlptool.run.corpus import Plan
from nlptool.tasks.vectors import Training


class Texts(msgspec.Struct, frozen=True):
    """The corpus, read as every input of nlptool."""

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
    input_format: Annotated[
        InputFormat | None,
        typer.Option(help="The input's format, by suffix if not given.", rich_help_panel=INPUT),
    ] = None
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN", help="The column to take the text from.", rich_help_panel=INPUT
        ),
    ] = None
    encoding: Annotated[str, typer.Option(help="The input's encoding.", rich_help_panel=INPUT)] = (
        "utf-8"
    )
    segment: Annotated[
        bool,
        typer.Option(
            "--segment",
            help="Cut texts by the segment task, as Chinese needs.",
            rich_help_panel=INPUT,
        ),
    ] = False
    spaces: Annotated[
        bool,
        typer.Option(
            "--spaces", help="Words are all that stands between spaces.", rich_help_panel=INPUT
        ),
    ] = False
    lower: Annotated[
        bool,
        typer.Option("--lower", help="Bring all to lower case.", rich_help_panel=INPUT),
    ] = False
    registry: Annotated[
        Path | None,
        typer.Option(help="A models.yaml that goes before all others.", rich_help_panel=INPUT),
    ] = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "train", panel=MAKING)(train)


def train(texts: Texts, saved: Saved, training: Training, out: Shown) -> int:
    """Train word vectors on texts of any size, a sentence or more a line.

    Words are runs of letters and digits, with hyphens and apostrophes inside, unless --spaces or
    --segment says otherwise. The corpus is read once and kept, cut, in a nameless temporary file.
    """
    if texts.segment and texts.spaces:
        raise UsageError("give --segment or --spaces, not both")
    plan = Plan(
        input=read.Spec(
            inputs=tuple(texts.input or ()), format=texts.input_format, encoding=texts.encoding
        ),
        fields=tuple(texts.field or ()),
        segment=texts.segment,
        spaces=texts.spaces,
        lower=texts.lower,
        registry=texts.registry,
    )
    with shown() as tick:
        trained, failed = vectors.train(plan, training, saved.saving(), tick)
    show([msgspec.to_builtins(trained)], out.format)
    return RecordError.code if failed else 0
