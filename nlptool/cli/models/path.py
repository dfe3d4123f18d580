"""nlptool models path."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli import complete
from nlptool.cli.options import command
from nlptool.cli.show import show_path
from nlptool.cli.weights import Weights
from nlptool.errors import ModelError


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "path")(path)


def path(
    weights: Weights,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A model.", autocompletion=complete.models)
    ] = "",
) -> None:
    """Print the folder with a model's files, or of the whole store."""
    registry, store = weights.load()
    if not name:
        show_path(store.root)
        return
    model = registry.model(name)
    if not model.sources:
        raise ModelError(f"model {name} needs no files")
    place = store.place(name, model)
    if place is None:
        raise ModelError(f"model {name} is not here; pull it: nlptool models pull {name}")
    show_path(place.folder)
