"""Where weights lie: the user's store, shared ones that are only read, and sources used in place.

::

    STORE/models/NAME/KEY/files/...       a model's files, whole and verified
    STORE/models/NAME/KEY/manifest.json   what they are and where they came from
    STORE/tmp/NAME/...                    what a pull is working on, or a killed one left
    STORE/locks/NAME.lock                 held by the process that pulls
    STORE/made/KEY/...                    what adapters made of a folder's files

KEY changes with the pins of the model, so that weights of another version are never taken for it.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from nlptool.config.paths import store_folder
from nlptool.config.registry import FileName, Model, Sha256
from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError
from nlptool.models.store.request import split
from nlptool.models.store.sources import find, in_place
from nlptool.models.store.watch import Watch

log = logging.getLogger(__name__)


class Stored(msgspec.Struct, frozen=True):
    """A file as it is: its hash, its size in bytes."""

    sha256: Sha256
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """Where a stored model came from and when (UTC), and what its files are."""

    model: str
    source: str
    pulled: str
    files: dict[FileName, Stored]


@dataclass(frozen=True)
class Place:
    """A model that is here: in the store with a manifest, or in place, where its source says."""

    folder: Path
    source: str
    manifest: Manifest | None = None


@dataclass(frozen=True)
class Store:
    """The user's store, the shared ones in order, and whether the network may be used."""

    root: Path = field(default_factory=store_folder)
    shared: tuple[Path, ...] = ()
    offline: bool = False
    watch: Watch = field(default_factory=Watch)

    def place(self, name: str, model: Model) -> Place | None:
        """Where the model's files are, None where they must be pulled."""
        for address in model.sources:
            if in_place(address):
                with suppress(ModelError):
                    return Place(find_in_place(address, model), address)
        for root in (self.root, *self.shared):
            entry = entry_folder(root, name, model)
            manifest = read_manifest(entry)
            if manifest:
                return Place(entry / "files", manifest.source, manifest)
        return None

    def workshop(self, name: str) -> Path:
        """The folder for what a pull of the model works on."""
        return self.root / "tmp" / name

    def made_of(self, *places: Path | None) -> Path:
        """The folder for what adapters make of a model's files; another one when they change."""
        state = []
        for place in places:
            state.append(str(place))
            for name, path in files_below(place) if place else ():
                state += [name, str(path.stat().st_size), str(path.stat().st_mtime_ns)]
        return self.root / "made" / hashlib.sha256("\0".join(state).encode()).hexdigest()[:32]

    def lock(self, name: str) -> Path:
        """The file whose lock the process holds that changes the model."""
        return self.root / "locks" / f"{name}.lock"


def shared_stores() -> tuple[Path, ...]:
    """The read-only stores that ``NLPTOOL_STORES`` names."""
    given = os.environ.get("NLPTOOL_STORES", "")
    return tuple(Path(folder) for folder in given.split(os.pathsep) if folder)


def find_in_place(address: str, model: Model) -> Path:
    """The folder of a source that is used in place; ModelError where a file is missing."""
    scheme, rest, _ = split(address)
    folder = find(scheme, rest)
    missing = next((name for name in model.files if not (folder / name).is_file()), None)
    if missing:
        raise ModelError(f"{address}: has no file {missing}")
    return folder


def entry_folder(root: Path, name: str, model: Model) -> Path:
    """The folder of a model in a store: a function of its pins, or of its sources without pins."""
    pins = {file: entry.sha256 for file, entry in model.files.items()}
    known = bool(pins) and all(pins.values())
    told = msgspec.json.encode([pins, None if known else model.sources], order="sorted")
    return root / "models" / name / hashlib.sha256(told).hexdigest()[:12]


def read_manifest(entry: Path) -> Manifest | None:
    """The manifest of a stored model, None where there is none that can be read."""
    file = entry / "manifest.json"
    if not file.is_file():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except (OSError, *DAMAGED) as error:
        log.warning("%s is passed over: %s", file, error)
        return None


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder with its name in the registry's form; a file is its own."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def weight(model: Model, place: Place | None) -> int | None:
    """The size of a model's files in bytes, None while nobody knows it."""
    if not model.sources:
        return 0
    if place and place.manifest:
        return sum(file.size for file in place.manifest.files.values())
    if place:
        names = model.files or [name for name, _ in files_below(place.folder)]
        return sum((place.folder / name).stat().st_size for name in names)
    sizes = [file.size for file in model.files.values()]
    return sum(size or 0 for size in sizes) if sizes and None not in sizes else None
