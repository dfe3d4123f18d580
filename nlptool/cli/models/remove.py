"""nlptool models rm."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli import complete
from nlptool.cli.models.names import named
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.models.store import size_text


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "rm")(remove_models)


def remove_models(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Models.", autocompletion=complete.models),
    ],
    weights: Weights,
    shown: Shown,
) -> None:
    """Remove models' files from the user's store; their entries in the registry stay."""
    from nlptool.models.store.prune import remove

    registry, store = weights.load()
    models = named(registry, names)
    rows = [{"model": name, "size": remove(store, name, models[name])} for name in models]
    show(rows, shown.format, {"size": size_text})
