"""nlptool plugins: the adapters there are, and what to install for those that cannot run."""

from __future__ import annotations

import typer

from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.errors import NlptoolError
from nlptool.plugins import Plugin, import_class, known, missing_library
from nlptool.tasks import Row


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "plugins")(plugins)


def plugins(shown: Shown) -> None:
    """List the plugins: their tasks, versions, and whether they can run."""
    show([_row(plugin) for _, plugin in sorted(known().items())], shown.format)


def _row(plugin: Plugin) -> Row:
    row = {"name": plugin.name, "tasks": [], "version": plugin.version, "installed": "no"}
    row |= {"from": plugin.origin, "install": ""}
    try:
        cls = import_class(plugin)
    except NlptoolError as error:
        return {**row, "install": str(error)}
    missing = missing_library(cls)
    row["tasks"] = list(cls.tasks)
    return (
        {**row, "install": f"pip install '{missing[1]}'"}
        if missing
        else {**row, "installed": "yes"}
    )
