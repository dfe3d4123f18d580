"""Say what works here, and what the rest needs."""

from __future__ import annotations

import platform
from importlib.metadata import packages_distributions, version

import typer

from nlptool import __version__
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.config.registry import Registry
from nlptool.errors import ModelError, NlptoolError
from nlptool.models.detect import classes
from nlptool.models.device import core_count, cuda_count
from nlptool.models.resolver import class_for
from nlptool.models.store import Store, is_here
from nlptool.tasks import Row, task_names


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "doctor")(doctor)


def doctor(weights: Weights, shown: Shown) -> int:
    """Say what works here, and what the rest needs.

    The exit code is 4 when a task has a default model that does not work.
    """
    registry, store = weights.load()
    tasks = [_task(task, registry, store) for task in task_names()]
    show([*_machine(), *_libraries(), *tasks], shown.format)
    return ModelError.code if any(row["state"] == "broken" for row in tasks) else 0


def _row(what: str, state: str, more: str = "") -> Row:
    return {"what": what, "state": state, "more": more}


def _machine() -> list[Row]:
    cores = core_count()
    cuda = cuda_count()
    return [
        _row("nlptool", __version__),
        _row("python", platform.python_version(), platform.platform()),
        _row("cpu", "here", f"{cores} cores"),
        _row("cuda", "here" if cuda else "not here", f"{cuda} devices" if cuda else ""),
    ]


def _libraries() -> list[Row]:
    """What the adapters need, by the modules that they import."""
    modules = sorted({module for _, cls in classes() for module in cls.needs})
    packages = packages_distributions()
    rows = []
    for module in modules:
        found = packages.get(module)
        state = version(found[0]) if found else "not installed"
        rows.append(_row(module, state, "" if not found or found[0] == module else found[0]))
    return rows


def _task(task: str, registry: Registry, store: Store) -> Row:
    """Whether the default models of a task could answer now."""
    names = dict.fromkeys(registry.defaults.get(task, {}).values())
    if not names:
        return _row(task, "no default", f"choose a model: nlptool models list --task {task}")
    cures = []
    for name in names:
        model = registry.model(name)
        try:
            class_for(registry, model)
        except NlptoolError as error:
            return _row(task, "broken", f"{name}: {error}")
        if not is_here(store, registry, name):
            cures.append(f"nlptool models pull {name}")
    return _row(task, "on first use" if cures else "works", "; ".join(cures) or ", ".join(names))
