"""Show each setting and where it came from."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.config.registry import layers, load
from nlptool.config.yaml_tree import leaves
from nlptool.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "config")(config)


def config(
    shown: Shown,
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="Only keys that begin so: models.porter")
    ] = "",
    files: Annotated[
        bool, typer.Option("--files", help="Show the files that are looked at.")
    ] = False,
    registry: Annotated[
        Path | None, typer.Option(help="A models.yaml that goes before all others.")
    ] = None,
) -> None:
    """Show each setting and where it came from."""
    if files:
        found = layers(registry)
        rows = [{"layer": name, "file": str(file), "there": file.is_file()} for name, file in found]
        show(rows, shown.format)
        return
    of_file = {file: layer for layer, file in layers(registry)}
    tree = load(registry).tree
    rows = [
        {
            "key": name,
            "value": leaf.value,
            "layer": of_file[leaf.place.file],
            "place": str(leaf.place),
        }
        for name, leaf in leaves(tree)
        if not key or name == key or name.startswith(f"{key}.")
    ]
    if key and not rows:
        near = get_close_matches(key, [name for name, _ in leaves(tree)], 2)
        hint = f"did you mean {' or '.join(near)}?" if near else "see: nlptool config"
        raise UsageError(f"no setting is named {key}; {hint}")
    show(rows, shown.format)
