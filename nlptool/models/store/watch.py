"""What a pull tells whoever looks on; this one tells nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from nlptool.errors import InterruptedJobError

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


class Watch:
    """Told by the store from many threads; a command line draws it."""

    def __init__(self) -> None:
        self.stopped = Event()

    def __reduce__(self) -> tuple[type[Watch], tuple[()]]:
        """In another process nobody looks on."""
        return Watch, ()

    def check(self) -> None:
        """InterruptedJobError once the work is to end."""
        if self.stopped.is_set():
            raise InterruptedJobError("interrupted")

    def say(self, text: str) -> None:
        """A line that a user should see."""

    def update(self, label: str, done: int, total: int | None) -> None:
        """``done`` of ``total`` bytes of a download are here."""

    def close(self) -> None:
        """Nothing more comes."""

    def each(
        self, work: Callable[[Item], Result], items: Iterable[Item], threads: int
    ) -> list[Future[Result]]:
        """Work done on items in threads, all of it done or failed; an interrupt stops them all."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads) as pool:
            futures = [pool.submit(work, item) for item in items]
            try:
                for future in futures:
                    future.exception()
            except BaseException:
                self.stopped.set()
                pool.shutdown(cancel_futures=True)
                raise
        return futures


def size_text(count: int | None) -> str:
    """A number of bytes for people: 90.9 MB; nothing for an unknown one."""
    if count is None:
        return ""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
