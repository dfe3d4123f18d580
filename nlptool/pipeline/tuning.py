"""The batch that is quickest, found while the work is done, and remembered."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

import msgspec

from nlptool.errors import NlptoolError
from nlptool.io.files import Outputs, make_folder

log = logging.getLogger(__name__)

WORTH = 1.05
"""A batch is better if it is so many times as quick."""
MOST = 4096
MEMORY = (
    *("outofmemory", "out of memory", "memoryerror"),
    *("bad alloc", "bad_alloc", "cannot allocate", "failed to allocate"),
)
"""What libraries say of too little memory."""


class Tuner:
    """How many records a batch of a model has on a device.

    Twice and half as many as the best so far are tried; what did not fit into memory is halved and
    never tried again. What is found is kept in ``file`` under ``key``.
    """

    def __init__(self, start: int, file: Path, key: str) -> None:
        self.file = file
        self.key = key
        known = _read(file).get(key)
        self.count = self.best = known or start
        self.settled = known is not None
        self.rate = 0.0
        self.tried: set[int] = set()
        self.limit = MOST
        self.warm = False

    def took(self, size: int, seconds: float) -> None:
        """Records of so much size took so many seconds, in batches of ``count``."""
        if self.settled or seconds <= 0:
            return
        if not self.warm:
            self.warm = True
            return
        self.tried.add(self.count)
        rate = size / seconds
        if rate > self.rate * WORTH:
            self.best, self.rate = self.count, rate
        others = (min(self.best * 2, self.limit), max(self.best // 2, 1))
        other = next((count for count in others if count not in self.tried), None)
        if other is None:
            self._settle()
        else:
            self.count = other

    def heard(self, error: Exception, count: int) -> None:
        """A batch of so many records failed, maybe because it did not fit into memory."""
        if not _lacks_memory(error):
            return
        self.limit = min(self.limit, max(1, count // 2))
        if self.count > self.limit:
            log.info("%s: batches of %d records are too much for memory", self.key, count)
            self.best = min(self.best, self.limit)
            self._settle()

    def _settle(self) -> None:
        """Stay with the best, and remember it."""
        self.count, self.settled = self.best, True
        log.info("%s: batches of %d records", self.key, self.count)
        with suppress(NlptoolError):
            make_folder(self.file.parent)
            found = {**_read(self.file), self.key: self.count}
            Outputs().save(self.file, msgspec.json.encode(found), "the sizes of batches")


def _lacks_memory(error: Exception) -> bool:
    """Whether an exception says that there is too little memory."""
    told = f"{type(error).__name__} {error}".lower()
    return any(words in told for words in MEMORY)


def _read(file: Path) -> dict[str, int]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, int])
    except (OSError, msgspec.DecodeError):
        return {}
