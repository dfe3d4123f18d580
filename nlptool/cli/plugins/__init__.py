"""List the plugins, and make environments for them."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from nlptool.cli.commands import summary
from nlptool.cli.plugins import install, listing, remove


class Listing(TyperGroup):
    """A group that lists where nothing else is asked for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, ``list`` before them if they name no command."""
        asked = args and (not args[0].startswith("-") or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if asked else ["list", *args])


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(cls=Listing, help=summary(__name__))
    for module in (listing, install, remove):
        module.register(group)
    app.add_typer(group, name="plugins")
