"""nlptool models list."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.models.names import TaskName, defaults, of_task
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.models.store import is_here, size_text, weight


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "list")(list_models)


def list_models(
    weights: Weights,
    shown: Shown,
    task: TaskName = None,
    language: Annotated[str | None, typer.Option(help="Only models for this language.")] = None,
    here: Annotated[
        bool | None, typer.Option("--here/--not-here", help="Only models that are here, or not.")
    ] = None,
) -> None:
    """List the models of the registry: what they are for, their size, whether they are here."""
    registry, store = weights.load()
    default = defaults(registry)
    rows = []
    for name, model in sorted(of_task(registry.models, task).items()):
        place = store.place(name, model)
        there = is_here(store, registry, name)
        if here not in (None, there) or language not in (None, *model.languages):
            continue
        rows.append(
            {
                "model": name,
                "task": model.task,
                "size": weight(model, place),
                "licence": model.licence,
                "languages": model.languages,
                "here": there,
                "default": default.get(name, []),
            }
        )
    show(rows, shown.format, {"size": size_text})
