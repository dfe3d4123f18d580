"""nlptool models prune."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.models.store import size_text


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "prune")(prune_store)


def prune_store(
    weights: Weights,
    shown: Shown,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be removed.")
    ] = False,
) -> None:
    """Remove what no model of the registry needs: old versions, unknown models, broken pulls."""
    from nlptool.models.store.prune import prune

    registry, store = weights.load()
    rows = [
        {"folder": str(folder), "size": size}
        for folder, size in prune(store, registry.models, dry_run)
    ]
    show(rows, shown.format, {"size": size_text})
