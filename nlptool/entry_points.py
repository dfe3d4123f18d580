"""What installed packages offer us by entry points, read without importlib.metadata.

That module takes as long to import as all of ours that a start needs; what we want of a package is
a few lines of its entry_points.txt.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

PREFIX, INFO = "[nlptool.", ".dist-info"


@dataclass(frozen=True)
class EntryPoint:
    """A name in a group, and the object that it stands for: ``module:attribute``."""

    group: str
    name: str
    value: str
    package: str
    version: str

    def load(self) -> Any:
        """The object, its module imported; whatever that raises."""
        return load(self.value)


def load(reference: str) -> Any:
    """What ``module:attribute`` refers to, imported."""
    module, _, attribute = reference.partition(":")
    return getattr(import_module(module), attribute) if attribute else import_module(module)


def group(name: str) -> dict[str, EntryPoint]:
    """The entry points of a group by name, in the order of sys.path; the first of a name counts."""
    found: dict[str, EntryPoint] = {}
    for point in _ours():
        if point.group == name:
            found.setdefault(point.name, point)
    return found


@cache
def _ours() -> tuple[EntryPoint, ...]:
    """All entry points of our groups; of a package installed twice, those of the first."""
    seen: set[str] = set()
    found: list[EntryPoint] = []
    for folder in sys.path:
        for name in _installed(folder or "."):
            package, _, version = name.removesuffix(INFO).rpartition("-")
            if package not in seen:
                seen.add(package)
                found += _in_file(f"{folder or '.'}/{name}/entry_points.txt", package, version)
    return tuple(found)


def _installed(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(INFO))  # noqa: PTH208
    except OSError:
        return []


def _in_file(file: str, package: str, version: str) -> Iterator[EntryPoint]:
    try:
        with open(file, encoding="utf-8") as lines:  # noqa: PTH123
            text = lines.read()
    except OSError:
        return
    if PREFIX not in text:
        return
    where = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            where = line.strip("[]")
        elif line and not line.startswith(("#", ";")) and where.startswith(PREFIX[1:]):
            name, _, value = line.partition("=")
            yield EntryPoint(where, name.strip(), value.strip(), package.replace("_", "-"), version)
