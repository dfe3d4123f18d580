"""The weights on disk: pulled, verified, used where they lie; nothing else uses the network."""

from __future__ import annotations

from pathlib import Path

from nlptool.config.registry import UNSTATED, Model, Registry
from nlptool.errors import ModelError
from nlptool.models.store.check import refuse_pickles
from nlptool.models.store.stamp import verify
from nlptool.models.store.store import Place, Store, shared_stores, weight
from nlptool.models.store.watch import Watch, size_text

__all__ = [
    "Place",
    "Store",
    "Watch",
    "folder_for",
    "is_here",
    "shared_stores",
    "size_text",
    "tell_licence",
    "weight",
]


def is_here(store: Store, registry: Registry, name: str) -> bool:
    """Whether a model can be used without a pull, its base's files being here too."""
    return all(
        not model.sources or store.place(each, model) is not None
        for each, model in registry.with_bases([name]).items()
    )


def tell_licence(store: Store, name: str, model: Model) -> None:
    """Say under which licence a model that is being pulled may be used."""
    if model.licence != UNSTATED:
        store.watch.say(f"{name} may be used under: {model.licence}")


def folder_for(store: Store, name: str, model: Model) -> Path | None:
    """The folder with the model's files, None for a model that needs none.

    A model that is not here is pulled first; offline, that is a ModelError.
    """
    if not model.sources:
        return None
    place = store.place(name, model) or _first_use(store, name, model)
    verify(store, name, model, place)
    refuse_pickles(name, model, place.folder)
    return place.folder


def _first_use(store: Store, name: str, model: Model) -> Place:
    if store.offline:
        raise ModelError(
            f"model {name} is not here, and nlptool is offline; "
            f"pull it where there is a network: nlptool models pull {name}"
        )
    from nlptool.models.store.pull import pull

    size = weight(model, None)
    told = f"({size_text(size)}) " if size else ""
    store.watch.say(f"model {name} {told}is not here yet; pulling it from {model.sources[0]}")
    tell_licence(store, name, model)
    try:
        return pull(store, name, model)[0]
    finally:
        store.watch.close()
