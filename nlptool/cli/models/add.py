"""nlptool models add."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.errors import ModelError, UsageError

HUB = re.compile(r"(hf:)?([\w.-]+/[\w.-]+(@[\w./-]+)?)")


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "add")(add)


def add(
    where: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER|FILE.gguf|hf:ORG/NAME", help="A folder, a GGUF file or a hub's model."
        ),
    ],
    weights: Weights,
    shown: Shown,
    *,
    name: Annotated[
        str | None, typer.Option(help="The name it gets; its own if not given.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="The task, if its files do not tell.")] = None,
    adapter: Annotated[
        str | None, typer.Option(help="The adapter, if its files do not tell.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="A language it knows; may be given many times.")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="Its licence.")] = None,
) -> None:
    """Add a model to the user's models.yaml: its task, its adapter, the hashes of its files."""
    from nlptool.models.store.adopt import from_file, from_folder, from_hub
    from nlptool.models.store.entry import add_entry, model_of
    from nlptool.plugins.discovery import adapter_class

    registry, store = weights.load()
    folder, hub = Path(where), HUB.fullmatch(where)
    if folder.is_dir():
        entry, found = from_folder(folder, (task, adapter))
        own = folder.resolve().name
    elif folder.is_file():
        entry, found = from_file(folder, (task, adapter))
        own = folder.stem
    elif hub is None:
        raise UsageError(f"{where} is no folder, no GGUF file and not hf:ORG/NAME")
    elif store.offline:
        raise ModelError(f"offline: the hub cannot be asked about {where}")
    else:
        entry, found = from_hub(hub[2], (task, adapter))
        own = hub[2].partition("@")[0].rpartition("/")[2]
    name = name or own
    found = (found[0] or adapter_class(found[1], here=False).usual or None, found[1])
    if found[0] is None:
        raise UsageError(f"{where}: its files do not tell the task; name it with --task")
    if name in registry.models:
        raise UsageError(f"a model is named {name} already; give this one another name with --name")
    entry = {"task": found[0], "adapter": found[1], **entry}
    entry |= {"languages": language} if language else {}
    entry |= {"licence": licence} if licence else {}
    model_of(name, entry)
    file = add_entry(name, entry)
    row = {"model": name, "task": found[0], "adapter": found[1], "file": str(file)}
    show([row], shown.format)
