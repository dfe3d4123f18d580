"""What a pull tells whoever looks on; this one tells nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from nlptool.errors import InterruptedJobError
from nlptool.interrupt import HEARING

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
        """Work done on items in threads, all of it done or failed.

        An interrupt stops them all and waits for none: one may hang on a silent server.
        """
        from concurrent.futures import Future, wait

        todo: SimpleQueue[tuple[Item, Future[Result]]] = SimpleQueue()
        futures: list[Future[Result]] = []
        for item in items:
            futures.append(Future())
            todo.put((item, futures[-1]))

        def serve() -> None:
            while not self.stopped.is_set():
                try:
                    item, future = todo.get_nowait()
                except Empty:
                    return
                try:
                    future.set_result(work(item))
                except BaseException as error:
                    future.set_exception(error)

        for _ in range(min(threads, len(futures))):
            Thread(target=serve, daemon=True).start()
        try:
            while wait(futures, HEARING).not_done:
                pass
        except BaseException:
            self.stopped.set()
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
