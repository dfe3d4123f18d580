"""Pulling: from a source into the store, verified, whole or not at all."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nlptool.config.registry import File, Model
from nlptool.errors import ModelError, NlptoolError, OutputError
from nlptool.io.sinks import cannot_write
from nlptool.models.store import pinned
from nlptool.models.store.check import (
    PICKLES,
    differences,
    faults,
    is_pickle,
    measure,
    pins,
    unpinned_pickle,
)
from nlptool.models.store.guard import PATIENCE, guard
from nlptool.models.store.request import FetchRequest, split
from nlptool.models.store.sources import fetch, in_place
from nlptool.models.store.store import (
    Manifest,
    Place,
    Store,
    entry_folder,
    files_below,
    find_in_place,
)
from nlptool.models.store.watch import size_text
from nlptool.models.store.web import UnreachableError


def pull(
    store: Store, name: str, model: Model, accept_new: bool = False, patience: float = PATIENCE
) -> tuple[Place, bool]:
    """The place of a model's verified files, and whether they had to be pulled for that.

    Mirrors are tried in order. Of ten processes one pulls and the others wait, each for
    ``patience`` seconds after the last sign of progress. ModelError where the files cannot be had
    or are not what is pinned, OutputError where they cannot be written; the store is then as
    before, but for what an unreachable server sent already, which the next pull goes on from.
    """
    try:
        with guard(store, name, patience):
            place = store.place(name, model)
            if place and not accept_new and not faults(place.folder, pins(model, place)):
                return place, False
            return _pull(store, name, model, accept_new), True
    except OSError as error:
        raise cannot_write(error.filename or store.root, error) from error


def _pull(store: Store, name: str, model: Model, accept_new: bool) -> Place:
    if store.offline:
        raise ModelError(f"offline: {name} cannot be pulled")
    for file, entry in model.files.items():
        if file.endswith(PICKLES) and not entry.sha256:
            raise unpinned_pickle(name, file)
    failures: list[NlptoolError] = []
    for address in model.sources:
        try:
            if not in_place(address) or any(file.source for file in model.files.values()):
                return _fetch(store, name, model, address, accept_new)
            find_in_place(address, model)
        except UnreachableError as error:
            failures.append(error)
        except ModelError as error:
            shutil.rmtree(store.workshop(name), ignore_errors=True)
            failures.append(error)
        except (OSError, OutputError):
            shutil.rmtree(store.workshop(name), ignore_errors=True)
            raise
        if address != model.sources[-1]:
            store.watch.say(f"{failures[-1]}; trying the next source")
    raise ModelError(f"model {name}: {'; '.join(map(str, failures))}")


def _fetch(store: Store, name: str, model: Model, address: str, accept_new: bool) -> Place:
    workshop = store.workshop(name)
    new, downloads = workshop / "new", workshop / "downloads"
    shutil.rmtree(new, ignore_errors=True)
    files = new / "files"
    files.mkdir(parents=True)
    downloads.mkdir(exist_ok=True)
    here = sum(path.stat().st_size for _, path in files_below(downloads))
    check_room(store, sum(file.size or 0 for file in model.files.values()) - here)
    requests = [
        FetchRequest(name, *split(source), wanted, files, downloads, store.watch)
        for source, wanted in _by_source(model, address).items()
    ]
    for done in store.watch.each(fetch, requests, threads=1):
        done.result()
    manifest = verified(name, model, address, files, accept_new)
    (new / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    entry = install(store, name, model, new)
    pinned.remember(name, model, manifest.files)
    return Place(entry / "files", address, manifest)


def _by_source(model: Model, address: str) -> dict[str, dict[str, File]]:
    """The files to fetch from each address: most from the model's, some from their own."""
    found: dict[str, dict[str, File]] = {address: {}}
    for name, file in model.files.items():
        found.setdefault(file.source or address, {})[name] = file
    return found


def install(store: Store, name: str, model: Model, new: Path) -> Path:
    """Rename a verified folder into the store, and drop what was there and what was left over."""
    for _, path in files_below(new):
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    entry = entry_folder(store.root, name, model)
    entry.parent.mkdir(parents=True, exist_ok=True)
    if entry.exists():
        old = store.workshop(name) / "old"
        shutil.rmtree(old, ignore_errors=True)
        entry.rename(old)
    new.rename(entry)
    shutil.rmtree(store.workshop(name), ignore_errors=True)
    return entry


def verified(name: str, model: Model, address: str, files: Path, accept_new: bool) -> Manifest:
    """The manifest of files that are what the registry and the user's lock file say."""
    found = {file: measure(path) for file, path in files_below(files)}
    wrong = differences(found, model.files)
    if wrong:
        raise ModelError(f"{address}: {wrong[0]}")
    before = {} if accept_new else pinned.read().get(name, {})
    for file, stored in found.items():
        entry = model.files.get(file, File())
        if not entry.sha256 and is_pickle(files / file):
            raise unpinned_pickle(name, file)
        known = before.get(file)
        if not entry.sha256 and known and known.sha256 != stored.sha256:
            raise ModelError(
                f"{address}: {file} is not what it was at the first pull "
                f"(sha256 {stored.sha256}, was {known.sha256}); "
                f"if that is right: nlptool models pull {name} --accept-new"
            )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(name, address, now, found)


def check_room(store: Store, needed: int) -> None:
    """OutputError where the store's disk has fewer bytes free than are needed."""
    folder = next(path for path in (store.root, *store.root.absolute().parents) if path.exists())
    room = shutil.disk_usage(folder).free
    if needed > room:
        raise OutputError(
            f"{store.root} has {size_text(room)} free, {size_text(needed)} are needed"
        )
