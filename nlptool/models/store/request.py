"""One model's files to be fetched from one address: what every source is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlptool.config.registry import File
from nlptool.models.store.watch import Watch


@dataclass(frozen=True)
class FetchRequest:
    """What to fetch and where to put it.

    ``rest`` is the address without its scheme and without ``part``, which stood after ``#``: a
    folder inside an archive, or an archive's member. ``files`` are the wanted names; none means all
    below ``part``. They must land in ``into`` under these names, unverified: the store does that.
    What helps to resume may stay in ``downloads``.
    """

    model: str
    scheme: str
    rest: str
    part: str
    files: Mapping[str, File]
    into: Path
    downloads: Path
    watch: Watch

    @property
    def address(self) -> str:
        """The address as the registry has it."""
        return f"{self.scheme}:{self.rest}" + (f"#{self.part}" if self.part else "")

    @property
    def pinned(self) -> bool:
        """Whether the hash of every file is known beforehand."""
        return bool(self.files) and all(file.sha256 for file in self.files.values())


def split(address: str) -> tuple[str, str, str]:
    """Scheme, rest and part of an address."""
    scheme, _, rest = address.partition(":")
    rest, _, part = rest.partition("#")
    return scheme, rest, part.strip("/")
