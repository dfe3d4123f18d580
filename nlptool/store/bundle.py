"""Models in one tar file, for machines without a network: files, manifests, registry entries."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import InputError, ModelError, NlptoolError
from nlptool.formats.write import FileSink, cannot_write
from nlptool.registry import Model, Name, Registry
from nlptool.store import pinned
from nlptool.store.check import faults, is_pickle, measure, pins, unpinned_pickle
from nlptool.store.entry import add_entry, model_of
from nlptool.store.guard import guard
from nlptool.store.pull import install, verified
from nlptool.store.shelf import Manifest, Store, files_below
from nlptool.yaml_tree import plain

INDEX = "nlptool.json"
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
    for name in names:
        model = registry.model(name)
        place = store.place(name, model)
        if place is None:
            raise ModelError(f"model {name} is not here; pull it: nlptool models pull {name}")
        wrong = faults(place.folder, pins(model, place))
        if wrong:
            raise ModelError(f"model {name} is damaged: {wrong[0]}")
        manifest = place.manifest or Manifest(
            name, place.source, "", {file: measure(place.folder / file) for file in _files(model, place.folder)}
        )
        entry = plain(registry.tree.children["models"].children[name])  # type: ignore[union-attr]
        index[name], folders[name] = Packed(entry, manifest), place.folder
    sink = FileSink(target)
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
    that the registry does not know is added to the user's models.yaml, unless it is a pickle.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            index = _read_index(archive, source)
            return {
                name: _load(store, registry, archive, name, packed, accept_new, source)
                for name, packed in index.items()
            }
    except tarfile.TarError as error:
        raise InputError(f"{source}: not a tar file of nlptool models export: {error}") from error
    except FileNotFoundError as error:
        raise InputError(f"{source}: {error.strerror}") from error
    except OSError as error:
        raise cannot_write(error.filename or store.root, error) from error


def _load(
    store: Store,
    registry: Registry,
    archive: tarfile.TarFile,
    name: str,
    packed: Packed,
    accept_new: bool,
    source: Path,
) -> Manifest:
    known = registry.models.get(name)
    model = known or model_of(name, packed.entry)
    with guard(store, name):
        new = store.workshop(name) / "new"
        shutil.rmtree(new, ignore_errors=True)
        try:
            for file, stored in packed.manifest.files.items():
                _extract(archive, f"{name}/{file}", new / "files" / file, stored.size)
                if known is None and is_pickle(new / "files" / file):
                    raise unpinned_pickle(name, file)
            found = verified(name, model, str(source), new / "files", accept_new)
            if found.files != packed.manifest.files:
                raise ModelError(f"{source}: the files of {name} are not what its index says")
            (new / "manifest.json").write_bytes(msgspec.json.encode(packed.manifest))
            install(store, name, model, new)
        except (OSError, NlptoolError):
            shutil.rmtree(store.workshop(name), ignore_errors=True)
            raise
    pinned.remember(name, model, found.files)
    if known is None:
        add_entry(name, packed.entry)
    return packed.manifest


def _read_index(archive: tarfile.TarFile, source: Path) -> Index:
    head = archive.next()
    stream = archive.extractfile(head) if head and head.name == INDEX and head.isreg() else None
    if head is None or stream is None or head.size > INDEX_LIMIT:
        raise InputError(f"{source}: not made by nlptool models export")
    try:
        return msgspec.json.decode(stream.read(), type=Index)
    except msgspec.DecodeError as error:
        raise InputError(f"{source}: {error}") from error


def _extract(archive: tarfile.TarFile, member: str, target: Path, size: int) -> None:
    try:
        info = archive.getmember(member)
    except KeyError as error:
        raise ModelError(f"{archive.name}: {member} is missing") from error
    stream = archive.extractfile(info) if info.isreg() else None
    if stream is None or info.size != size:
        raise ModelError(f"{archive.name}: {member} is not a file of {size} bytes")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(stream, file, CHUNK)


def _files(model: Model, folder: Path) -> list[str]:
    return list(model.files) or [name for name, _ in files_below(folder)]


def _plain_file(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the owner and the time, so that the same models give the same bytes."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = 0
    info.mode = 0o644
    return info


class _Writer(io.RawIOBase):
    """A sink as the file object that tarfile wants."""

    def __init__(self, sink: FileSink) -> None:
        self.sink = sink

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.sink.write(data)
        return len(data)
