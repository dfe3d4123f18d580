"""Files verified whenever they are used: small ones by their hash, large ones by a stamp.

The stamp of a large file says what the file system said of it when its hash was last found right;
while that holds, it is not read again. It guards against damage, edits and swapped files, not
against who may write into the store, and so the stamps, too.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from nlptool.config.registry import File, Model
from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError, OutputError
from nlptool.io.files import Outputs
from nlptool.models.store.check import differences, glance, measure, pins
from nlptool.models.store.store import Place, Store

SMALL = 1 << 20
"""Bytes of a file that is read anew every time."""

Stamp = tuple[int, int, int, int, int, str]
"""Device, inode, size, times of change of content and inode in ns, sha256."""


def verify(store: Store, name: str, model: Model, place: Place) -> None:
    """ModelError where a file of a model, about to be used, is not what is pinned."""
    glance(name, place)
    file = store.root / "stamps" / f"{_key(place.folder)}.json"
    known, found = _read(file), {}
    for member, pin in pins(model, place).items():
        path = place.folder / member
        if path.is_file() and path.stat().st_size > SMALL and known.get(member) == _of(path, pin):
            found[member] = _of(path, pin)
            continue
        there = {member: measure(path)} if path.is_file() else {}
        wrong = differences(there, {member: pin})
        if wrong:
            cure = f"pull it again: nlptool models pull {name}" if place.manifest else place.source
            raise ModelError(f"model {name} is damaged: {wrong[0]}; {cure}")
        if path.stat().st_size > SMALL:
            found[member] = _of(path, pin)
    if found != known:
        with suppress(OSError, OutputError):
            file.parent.mkdir(parents=True, exist_ok=True)
            Outputs().save(file, msgspec.json.encode(found), "the stamps")


def _of(path: Path, pin: File) -> Stamp:
    found = path.stat()
    times = found.st_mtime_ns, found.st_ctime_ns
    return found.st_dev, found.st_ino, found.st_size, *times, pin.sha256 or ""


def _read(file: Path) -> dict[str, Stamp]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Stamp])
    except (OSError, *DAMAGED):
        return {}


def _key(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
