"""nlptool plugins list: what there is, and what to install for those that cannot run."""

from __future__ import annotations

import typer

from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import RegistryFile
from nlptool.config.registry import Environment, load
from nlptool.errors import NlptoolError
from nlptool.isolation.environments import interpreter_of, size_of, state_of
from nlptool.models.store import size_text
from nlptool.plugins.discovery import Plugin, import_class, known, missing_library
from nlptool.tasks import Row


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "list")(list_plugins)


def list_plugins(shown: Shown, registry: RegistryFile = None) -> None:
    """List the adapters and the environments: whether they can run, and what brings them."""
    rows = [_adapter(plugin) for _, plugin in sorted(known().items())]
    rows += [_environment(*item) for item in sorted(load(registry).environments.items())]
    show(rows, shown.format, {"size": size_text})


def _adapter(plugin: Plugin) -> Row:
    row: Row = {"name": plugin.name, "kind": "adapter", "tasks": [], "version": plugin.version}
    row |= {"state": "not installed", "size": None, "from": plugin.origin, "install": ""}
    try:
        cls = import_class(plugin)
    except NlptoolError as error:
        return {**row, "state": "broken", "install": str(error)}
    missing = missing_library(cls)
    row["tasks"] = list(cls.tasks)
    return (
        {**row, "install": f"pip install '{missing[1]}'"} if missing else {**row, "state": "ready"}
    )


def _environment(name: str, environment: Environment) -> Row:
    state = state_of(name, environment)
    made_here = not environment.interpreter
    return {
        "name": name,
        "kind": "environment",
        "tasks": [],
        "version": environment.python,
        "state": state,
        "size": size_of(name) if made_here else None,
        "from": str(interpreter_of(name, environment)),
        "install": f"nlptool plugins install {name}" if made_here and state != "ready" else "",
    }
