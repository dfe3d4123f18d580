"""nlptool models licenses."""

from __future__ import annotations

import typer

from nlptool.cli.models.names import Names, TaskName, named, of_task
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.models.store import is_here


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "licenses")(licences)


def licences(weights: Weights, shown: Shown, names: Names = None, task: TaskName = None) -> None:
    """List under which licence each model's files may be used, and where that is said."""
    registry, store = weights.load()
    models = of_task(named(registry, names or sorted(registry.models)), task)
    rows = [
        {
            "model": name,
            "licence": model.licence,
            "homepage": model.homepage,
            "source": model.sources,
            "here": is_here(store, registry, name),
        }
        for name, model in models.items()
    ]
    show(rows, shown.format)
