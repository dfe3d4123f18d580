"""nlptool models show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli import complete
from nlptool.cli.models.names import defaults
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.config.registry import Model
from nlptool.config.yaml_tree import leaves
from nlptool.gguf import about, read
from nlptool.models.store import Place, is_here, size_text, weight
from nlptool.tasks import Row


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "show")(show_model)


def show_model(
    name: Annotated[str, typer.Argument(help="A model.", autocompletion=complete.models)],
    weights: Weights,
    shown: Shown,
) -> None:
    """Show everything about a model: its settings, where each was set, where its files came from.

    Of a setting that no registry file has, the default is shown.
    """
    registry, store = weights.load()
    model = registry.model(name)
    place = store.place(name, model)
    set_at = dict(leaves(registry.entry(name)))
    rows: list[Row] = [
        {"setting": key, "value": leaf.value, "from": str(leaf.place)}
        for key, leaf in set_at.items()
    ]
    unset = [field for field in ("languages", "licence", "backends") if field not in set_at]
    rows += [
        {"setting": field, "value": getattr(model, field), "from": "default"} for field in unset
    ]
    rows += [
        {"setting": "default for", "value": defaults(registry).get(name, []), "from": "defaults"},
        {"setting": "here", "value": is_here(store, registry, name), "from": str(store.root)},
        *_state(name, model, place, str(store.root)),
    ]
    show(rows, shown.format)


def _state(name: str, model: Model, place: Place | None, root: str) -> list[Row]:
    size = size_text(weight(model, place)) or "not known before the pull"
    rows: list[Row] = [{"setting": "size", "value": size, "from": root}]
    if place:
        rows += _gguf(place.folder)
        rows.append({"setting": "folder", "value": str(place.folder), "from": place.source})
        if place.manifest:
            rows.append({"setting": "pulled", "value": place.manifest.pulled, "from": place.source})
    if model.sources:
        rows.append(_pins(name, model))
    return rows


def _gguf(folder: Path) -> list[Row]:
    """What the GGUF files among a model's files tell of it."""
    return [
        {"setting": key, "value": value, "from": str(file)}
        for file in sorted(folder.glob("*.gguf"))
        for key, value in about(read(file)).items()
    ]


def _pins(name: str, model: Model) -> Row:
    if model.files and all(file.sha256 for file in model.files.values()):
        return {"setting": "pins", "value": "every file, by its sha256", "from": "registry"}
    from nlptool.models.store import pinned

    first = pinned.read().get(name)
    value = (
        f"none in the registry: {len(first)} files as they were at the first pull"
        if first
        else "none in the registry: the first pull is trusted"
    )
    return {"setting": "pins", "value": value, "from": str(pinned.lock_file())}
