"""nlptool models export, nlptool models import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.models.names import Names
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.errors import UsageError
from nlptool.models.store import size_text
from nlptool.models.store.store import Manifest

FILE = typer.Argument(metavar="FILE.tar")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "export")(export_models)
    command(app, "import")(import_models)


def export_models(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="Where to write them.")],
    weights: Weights,
    shown: Shown,
    names: Names = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All models of the stores that are here.")
    ] = False,
) -> None:
    """Write models that are here into one file, for a machine without a network."""
    from nlptool.models.store.bundle import export

    registry, store = weights.load()
    if bool(names) == everything:
        raise UsageError("name models, or give --all")
    if everything:
        places = {name: store.place(name, model) for name, model in registry.models.items()}
        names = [name for name, place in places.items() if place and place.manifest]
    index = export(store, registry, names or [], file)
    _report({name: packed.manifest for name, packed in index.items()}, shown)


def import_models(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="What export wrote.")],
    weights: Weights,
    shown: Shown,
    accept_new: Annotated[
        bool,
        typer.Option(
            "--accept-new", help="Trust files without a pin anew where they have changed."
        ),
    ] = False,
) -> None:
    """Take models into the store from a file that export wrote, verified."""
    from nlptool.models.store.bundle import load

    registry, store = weights.load()
    _report(load(store, registry, file, accept_new), shown)


def _report(manifests: dict[str, Manifest], shown: Shown) -> None:
    rows = [
        {
            "model": name,
            "files": len(manifest.files),
            "size": sum(file.size for file in manifest.files.values()),
            "source": manifest.source,
        }
        for name, manifest in manifests.items()
    ]
    show(rows, shown.format, {"size": size_text})
