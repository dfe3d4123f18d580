"""nlptool segment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from nlptool.cli.options import command
from nlptool.cli.road import Model, Road, travel
from nlptool.tasks.segment import SEGMENT, Mode, Params

CHINESE = "jieba"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "segment")(segment)


def segment(
    road: Road,
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
) -> int:
    """Cut text into words.

    Chinese is cut by jieba, other text at Unicode's word boundaries. What only jieba can do, it
    does for all text.
    """
    if pos or dictionary or mode != "accurate":
        model = replace(model, model=model.model or CHINESE)
    params = Params(mode, pos, offsets, str(dictionary) if dictionary else None)
    return travel(SEGMENT, texts, road, model, params)
