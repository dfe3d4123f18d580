"""Removing: a model's files, and what no model needs any more."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from nlptool.config.registry import Model
from nlptool.errors import ModelError
from nlptool.io.sinks import cannot_write
from nlptool.models.store.guard import guard
from nlptool.models.store.store import Store, entry_folder, files_below
from nlptool.plugins.adapter import made_lock


def remove(store: Store, name: str, model: Model) -> int:
    """Remove a model from the user's store; how many bytes that frees.

    ModelError where it is not there, or lies where it is only read.
    """
    place = store.place(name, model)
    entry = entry_folder(store.root, name, model)
    if not entry.exists():
        where = f"lies in {place.folder}, which is not the store's" if place else "is not here"
        raise ModelError(f"model {name} {where}")
    with guard(store, name):
        return _delete(store, name, entry)


def prune(store: Store, models: Mapping[str, Model], dry: bool) -> list[tuple[Path, int]]:
    """Remove entries that the registry does not know, what ended pulls left, and what adapters
    made, which they can make again; what and its size.

    What another process is working on stays.
    """
    known = {entry_folder(store.root, name, model) for name, model in models.items()}
    entries = [entry for entry in store.root.glob("models/*/*") if entry not in known]
    found = []
    made = [folder for folder in store.root.glob("made/*") if folder.is_dir()]
    for folder in [*entries, *store.root.glob("tmp/*"), *made]:
        name = folder.parent.name if folder in entries else folder.name
        lock = FileLock(made_lock(folder), timeout=0) if folder in made else guard(store, name, 0)
        try:
            with lock:
                found.append((folder, _size(folder) if dry else _delete(store, name, folder)))
        except (ModelError, Timeout):
            continue
    return sorted(found)


def _delete(store: Store, name: str, folder: Path) -> int:
    """Out of the way by rename first: a killed removal leaves nothing that is half a model."""
    size = _size(folder)
    workshop = store.workshop(name)
    try:
        if folder != workshop:
            shutil.rmtree(workshop, ignore_errors=True)
            workshop.mkdir(parents=True)
            folder.rename(workshop / "old")
            if not any(folder.parent.iterdir()):
                folder.parent.rmdir()
        shutil.rmtree(workshop)
    except OSError as error:
        raise cannot_write(error.filename or folder, error) from error
    return size


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for _, path in files_below(folder))
