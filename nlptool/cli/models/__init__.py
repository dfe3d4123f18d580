"""List, pull, verify and remove models."""

from __future__ import annotations

import typer

from nlptool.cli.models import (
    add,
    bundle,
    convert,
    details,
    licences,
    listing,
    path,
    prune,
    pull,
    remove,
    verify,
)

COMMANDS = (listing, details, pull, verify, path, remove, prune, add, convert, bundle, licences)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="List, pull, verify and remove models.")
    for module in COMMANDS:
        module.register(group)
    app.add_typer(group, name="models")
