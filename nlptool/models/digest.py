"""What a model's files are, in one hash: for those who must know later what answered."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path

from nlptool.models.resolver import Resolver
from nlptool.models.store.check import pins
from nlptool.models.store.store import files_below


def digest_of(resolver: Resolver, name: str) -> str | None:
    """The sha256 over the names and sha256 of a model's files and of its base's; None for a model
    without files. What has no pins is read."""
    found = [*_files(resolver, name)]
    if not found:
        return None
    lines = "".join(f"{digest}  {file}\n" for file, digest in sorted(found))
    return sha256(lines.encode()).hexdigest()


def _files(resolver: Resolver, name: str) -> Iterator[tuple[str, str]]:
    model, folder = resolver.find(name)
    place = resolver.store.place(name, model) if name in resolver.registry.models else None
    known = {file: pin.sha256 for file, pin in pins(model, place).items()} if place else {}
    if known and all(known.values()):
        yield from ((file, str(digest)) for file, digest in known.items())
    elif folder:
        yield from ((file, _digest(path)) for file, path in files_below(folder))
    if model.base:
        yield from (
            (f"{model.base}/{file}", digest) for file, digest in _files(resolver, model.base)
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
