"""One process at a time: a lock that the kernel frees when its holder dies, however it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from filelock import FileLock, Timeout

from nlptool.errors import ModelError
from nlptool.models.store.store import Store

PATIENCE = 300.0
"""Seconds that a holder may go without progress before those who wait give up."""
POLL = 0.5


@contextmanager
def guard(store: Store, name: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the model's lock.

    A lock can be stale in two ways only: its holder died, then the kernel has freed it already; or
    it hangs, then its download does not grow for ``patience`` seconds and ModelError says so.
    """
    file = store.lock(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    seen, since, told = _progress(store.workshop(name)), monotonic(), False
    while True:
        store.watch.check()
        try:
            lock.acquire(timeout=min(POLL, patience))
            break
        except Timeout as error:
            if not told:
                store.watch.say(f"another process works on {name}; waiting for it")
                told = True
            now = _progress(store.workshop(name))
            if now != seen:
                seen, since = now, monotonic()
            elif monotonic() - since >= patience:
                raise ModelError(
                    f"another process has held {file} for {patience:.0f} s without getting on; "
                    "end it, then try again"
                ) from error
    try:
        yield
    finally:
        lock.release()


def _progress(workshop: Path) -> int:
    """Bytes there, which change while a holder is at work; -1 when files go as they are counted."""
    try:
        return sum(path.stat().st_size for path in workshop.rglob("*"))
    except FileNotFoundError:
        return -1
