"""A lock by name: of the jobs that take it one works at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nlptool.config.paths import locks_folder
from nlptool.io.files import make_folder
from nlptool.io.sinks import cannot_write


class LockedError(Exception):
    """Another process holds the lock, which is not to be waited for; the text says which."""


@contextmanager
def locked(name: str, *, wait: bool) -> Iterator[None]:
    """Hold a lock; LockedError where another process does and it is not to be waited for.

    A name with a slash is the path of a file. The lock goes with the process, however that ends.
    OutputError where the lock's file cannot be made.
    """
    place = Path(name) if "/" in name else locks_folder() / f"{name}.lock"
    make_folder(place.parent)
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(place, flags, 0o600)
    except OSError as error:
        raise cannot_write(place, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace")
            raise LockedError(f"process {holder}" if holder else "another process") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
