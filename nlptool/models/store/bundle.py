"""Models in one tar file, for machines without a network: files, manifests, registry entries."""

from __future__ import annotations

import io
import re
import shutil
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from nlptool.config.registry import Model, Name, Registry
from nlptool.config.yaml_tree import plain
from nlptool.damaged import DAMAGED
from nlptool.errors import InputError, ModelError, NlptoolError
from nlptool.io.files import Outputs
from nlptool.io.sinks import Sink, cannot_write
from nlptool.models.store import pinned
from nlptool.models.store.check import faults, is_pickle, measure, pins, unpinned_pickle
from nlptool.models.store.entry import add_entry, model_of
from nlptool.models.store.guard import guard
from nlptool.models.store.pull import install, verified
from nlptool.models.store.store import Manifest, Place, Store, files_below
from nlptool.plugins.discovery import adapter_class

INDEX = "nlptool.json"
CODE = re.compile(r"\.(py\w?|so|dll|dylib|sh|bat|exe)(\.|$)", re.IGNORECASE)
"""Names of files that something may run."""
INDEX_LIMIT = 64 << 20
CHUNK = 1 << 20


class Packed(msgspec.Struct, frozen=True):
    """A model of a bundle: its entry in the registry, and its files as they must be."""

    entry: dict[str, Any]
    manifest: Manifest


Index = dict[Name, Packed]


def export(store: Store, registry: Registry, names: Iterable[str], target: Path) -> Index:
    """Write models that are here into a tar file, which appears whole; what it holds.

    ModelError for a model that is not here or not what it should be.
    """
    index: Index = {}
    folders: dict[str, Path] = {}
    for name, model in registry.with_bases(names).items():
        place = store.place(name, model)
        if place is None:
            raise ModelError(f"model {name} is not here; pull it: nlptool models pull {name}")
        wrong = faults(place.folder, pins(model, place))
        if wrong:
            raise ModelError(f"model {name} is damaged: {wrong[0]}")
        manifest = place.manifest or _manifest(name, model, place)
        entry = plain(registry.entry(name))
        index[name], folders[name] = Packed(entry, manifest), place.folder
    reads = [
        folders[name] / file for name, packed in index.items() for file in packed.manifest.files
    ]
    sink = Outputs(reads=reads).open(target, "the models")
    try:
        with tarfile.open(fileobj=_Writer(sink), mode="w|", bufsize=CHUNK) as archive:
            head = msgspec.json.encode(index)
            info = tarfile.TarInfo(INDEX)
            info.size = len(head)
            archive.addfile(info, io.BytesIO(head))
            for name, packed in index.items():
                for file in packed.manifest.files:
                    archive.add(folders[name] / file, f"{name}/{file}", filter=_plain_file)
    except BaseException:
        sink.abort()
        raise
    sink.commit()
    return index


def load(store: Store, registry: Registry, source: Path, accept_new: bool) -> dict[str, Manifest]:
    """Take the models of a bundle into the store, each verified; what they are.

    Files must be what the bundle says, and what the registry and the user's lock file say. A model
    that the registry does not know is added to the user's models.yaml, unless it has pickles, or
    code.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            index = _read_index(archive, source)
            bundle = _Bundle(archive, source, accept_new)
            return {
                name: bundle.take(store, registry, name, packed) for name, packed in index.items()
            }
    except tarfile.TarError as error:
        raise InputError(f"{source}: not a tar file of nlptool models export: {error}") from error
    except FileNotFoundError as error:
        raise InputError(f"{source}: {error.strerror}") from error
    except OSError as error:
        raise cannot_write(error.filename or store.root, error) from error


@dataclass(frozen=True)
class _Bundle:
    archive: tarfile.TarFile
    source: Path
    accept_new: bool

    def take(self, store: Store, registry: Registry, name: str, packed: Packed) -> Manifest:
        known = registry.models.get(name)
        model = known or model_of(name, packed.entry)
        self._refuse_code(name, packed, model, known is not None)
        with guard(store, name):
            new = store.workshop(name) / "new"
            shutil.rmtree(new, ignore_errors=True)
            try:
                self._unpack(name, packed, new / "files", known is not None)
                found = verified(name, model, str(self.source), new / "files", self.accept_new)
                if found.files != packed.manifest.files:
                    raise ModelError(f"{self.source}: {name} is not what the index says")
                (new / "manifest.json").write_bytes(msgspec.json.encode(packed.manifest))
                install(store, name, model, new)
            except (OSError, NlptoolError):
                shutil.rmtree(store.workshop(name), ignore_errors=True)
                raise
        pinned.remember(name, model, found.files)
        if known is None:
            add_entry(name, packed.entry)
        return packed.manifest

    def _refuse_code(self, name: str, packed: Packed, model: Model, known: bool) -> None:
        """ModelError for code that the registry does not pin, and for a model that would run in an
        environment and that the user does not have."""
        vouched = {file for file, pin in model.files.items() if known and pin.sha256}
        files = packed.manifest.files.keys() - vouched
        what = next(filter(CODE.search, sorted(files)), None)
        if not (what or known):
            what = _environment(model)
        if what:
            raise ModelError(
                f"{self.source}: {name} would run code ({what}); to have it, write its entry, with "
                "the sha256 of its files, into your models.yaml first"
            )

    def _unpack(self, name: str, packed: Packed, files: Path, known: bool) -> None:
        for file, stored in packed.manifest.files.items():
            self._extract(f"{name}/{file}", files / file, stored.size)
            if not known and is_pickle(files / file):
                raise unpinned_pickle(name, file)

    def _extract(self, member: str, target: Path, size: int) -> None:
        try:
            info = self.archive.getmember(member)
        except KeyError as error:
            raise ModelError(f"{self.source}: {member} is missing") from error
        regular = info.isreg() and not info.issparse()  # a hole may be larger than any disk
        stream = self.archive.extractfile(info) if regular else None
        if stream is None or info.size != size:
            raise ModelError(f"{self.source}: {member} is not a file of {size} bytes")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(stream, file, CHUNK)


def _environment(model: Model) -> str | None:
    """The environment that a model, or whatever has its adapter, runs in."""
    wish = model.environment
    with suppress(ModelError):
        wish = wish or adapter_class(model.adapter, here=False).environment
    return wish and f"the environment {wish}"


def _read_index(archive: tarfile.TarFile, source: Path) -> Index:
    head = archive.next()
    stream = archive.extractfile(head) if head and head.name == INDEX and head.isreg() else None
    if head is None or stream is None or head.size > INDEX_LIMIT:
        raise InputError(f"{source}: not made by nlptool models export")
    try:
        return msgspec.json.decode(stream.read(), type=Index)
    except DAMAGED as error:
        raise InputError(f"{source}: {error}") from error


def _manifest(name: str, model: Model, place: Place) -> Manifest:
    """What a stored model would have, of one that is used in place."""
    names = list(model.files) or [file for file, _ in files_below(place.folder)]
    files = {file: measure(place.folder / file) for file in names}
    return Manifest(name, place.source, "", files)


def _plain_file(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the owner and the time, so that the same models give the same bytes."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = 0
    info.mode = 0o644
    return info


class _Writer(io.RawIOBase):
    """A sink as the file object that tarfile wants."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.sink.write(data)
        return len(data)
