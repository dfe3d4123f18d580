"""nlptool stem."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.options import command
from nlptool.cli.road import Model, Road, travel
from nlptool.tasks.stem import STEM, Params


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "stem")(stem)


def stem(
    road: Road,
    model: Model,
    texts: Annotated[list[str] | None, typer.Argument(help="Words or texts.")] = None,
) -> int:
    """Reduce words to their stems or lemmas."""
    return travel(STEM, texts, road, model, Params())
