"""Documents that are zip archives: parts of them change, the others are copied as they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from copy import copy

from nlptool.errors import InputError
from nlptool.io.formats.containers.container import LARGEST


class Archive:
    """A zip archive in memory; InputError where it would unpack to more than LARGEST bytes."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        if sum(info.file_size for info in self.zip.infolist()) > LARGEST:
            raise InputError(f"this archive unpacks to more than {LARGEST} bytes")

    @property
    def names(self) -> list[str]:
        """Its files, in their order."""
        return self.zip.namelist()

    def read(self, name: str) -> bytes:
        """A file in it."""
        return self.zip.read(name)

    def written(self, changed: Mapping[str, bytes]) -> bytes:
        """The archive with other contents of some files; order, times and compression stay."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for info in self.zip.infolist():
                data = changed.get(info.filename)
                made.writestr(copy(info), self.zip.read(info) if data is None else data)
        return out.getvalue()
