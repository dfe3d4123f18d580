"""The commands, each imported when it is asked for: help and start stay light.

A command is named by an entry point of a group in PANELS: a module with ``register(app)``, whose
docstring begins with the line that the list of commands has for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from nlptool import entry_points
from nlptool.cli.light import Light
from nlptool.errors import InternalError, one_line

PANELS = {
    "nlptool.commands": None,
    "nlptool.commands.training": "Training and evaluation",
    "nlptool.commands.jobs": "Jobs",
    "nlptool.commands.about": "About nlptool",
}
"""The groups of entry points, each with its panel in the list."""
DOCSTRING = re.compile(r'\A\s*"""(.*)')


class Commands(Light, TyperGroup):
    """The commands as their names and help alone, until one is resolved."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.modules: dict[str, str] = {}
        for name, module, panel in _known():
            self.modules[name] = module
            self.commands[name] = TyperCommand(name, help=summary(module), rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments name, imported."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, self.load(name) if name else None, rest

    def load(self, name: str) -> Any:
        """A command with its options."""
        app = typer.Typer(rich_markup_mode=self.rich_markup_mode)
        try:
            import_module(self.modules[name]).register(app)
            return get_group(app).commands[name]
        except Exception as error:
            told = InternalError(
                f"the command {name} ({self.modules[name]}) cannot be imported: "
                f"{type(error).__name__}: {one_line(error)}"
            )
            typer.echo(f"nlptool: error: {told}", err=True)
            raise typer.Exit(told.code) from error


def _known() -> Iterator[tuple[str, str, str | None]]:
    """Each command's name, module and panel, in the order of the list."""
    for group, panel in PANELS.items():
        for name, point in sorted(entry_points.group(group).items()):
            yield name, point.value, panel


def summary(module: str) -> str:
    """The first line of a module's docstring, read without importing the module."""
    try:
        spec = find_spec(module)
        with Path(spec.origin if spec and spec.origin else "").open(encoding="utf-8") as file:
            found = DOCSTRING.match(file.readline())
    except (ImportError, OSError, ValueError):
        found = None
    return found[1].removesuffix('"""') if found else ""
