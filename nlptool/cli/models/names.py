"""Which models a command is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from nlptool.cli import complete
from nlptool.config.registry import BASE, Model, Registry
from nlptool.errors import UsageError
from nlptool.tasks import task_named, task_names

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Models.", autocompletion=complete.models),
]
TaskName = Annotated[str | None, typer.Option(help="Only models for this task.")]


def of_task(models: Mapping[str, Model], task: str | None) -> dict[str, Model]:
    """The models of a task, all without one; UsageError for a task that is none."""
    if task is not None and task not in (known := (*task_names(), BASE)):
        raise UsageError(f"{task} is no task; expected {', '.join(known)}")
    if task is None or task == BASE:
        return {name: model for name, model in models.items() if task in (None, model.task)}
    kinds = task_named(task).answered_by
    return {name: model for name, model in models.items() if model.task in kinds}


def named(registry: Registry, names: Iterable[str]) -> dict[str, Model]:
    """The models by their names; ModelError for an unknown one."""
    return {name: registry.model(name) for name in names}


def defaults(registry: Registry) -> dict[str, list[str]]:
    """For each default model the languages it is the default for; ``*`` is any."""
    found: dict[str, list[str]] = {}
    for by_language in registry.defaults.values():
        for language, name in by_language.items():
            found.setdefault(name, []).append(language)
    return found
