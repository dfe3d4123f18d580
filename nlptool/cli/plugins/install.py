"""nlptool plugins install."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from nlptool.cli import bars
from nlptool.cli.messages import log
from nlptool.cli.options import command
from nlptool.cli.plugins.names import Name, environment_named
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Offline, RegistryFile
from nlptool.errors import ModelError
from nlptool.io.visible import visible
from nlptool.isolation.environments import folder_of, size_of, state_of
from nlptool.models.store import size_text
from nlptool.notice import NOTICE

Lines = Callable[[str], None]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "install")(install)


def install(
    name: Name, shown: Shown, registry: RegistryFile = None, offline: Offline = False
) -> None:
    """Make an environment: a Python of its own with what an adapter needs, by pip.

    pip is set as you have set it: indexes, proxies, caches. What is there already stays as it is,
    unless its requirements have changed.
    """
    from nlptool.isolation.install import install as make

    environment = environment_named(name, registry)
    if offline:
        raise ModelError(f"offline: the environment {name} cannot be made")
    if state_of(name, environment) != "ready":
        log.log(NOTICE, "making the environment %s, which may take minutes; -v shows how", name)
    with _drawn(name) as tell:
        made = make(name, environment, tell)
    row = {"environment": name, "made": made, "size": size_of(name), "folder": str(folder_of(name))}
    show([row], shown.format, {"size": size_text})


@contextmanager
def _drawn(name: str) -> Iterator[Lines]:
    """What hears the lines of the work: the last one stands on a terminal, with the time."""
    if not bars.watched(NOTICE):
        yield lambda line: log.info("%s", line)
        return
    from rich import progress
    from rich.markup import escape

    columns = (
        progress.SpinnerColumn(),
        progress.TextColumn("{task.description}"),
        progress.TimeElapsedColumn(),
    )
    with bars.opened(*columns) as bar:
        task = bar.add_task(name)
        yield lambda line: bar.update(task, description=escape(visible(f"{name}: {line[:60]}")))
