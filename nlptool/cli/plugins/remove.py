"""nlptool plugins remove."""

from __future__ import annotations

import typer

from nlptool.cli.messages import log
from nlptool.cli.options import command
from nlptool.cli.plugins.names import Name, environment_named
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import RegistryFile
from nlptool.isolation.environments import size_of
from nlptool.models.store import size_text
from nlptool.notice import NOTICE


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "remove")(remove)


def remove(name: Name, shown: Shown, registry: RegistryFile = None) -> None:
    """Delete an environment that plugins install has made."""
    from nlptool.isolation.install import remove as delete

    environment_named(name, registry)
    size = size_of(name)
    there = delete(name, lambda line: log.log(NOTICE, "%s", line))
    row = {"environment": name, "removed": there, "size": size}
    show([row], shown.format, {"size": size_text})
