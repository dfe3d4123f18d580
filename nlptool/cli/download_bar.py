"""Downloads as they go: a line each on stderr, with speed and time left, on a terminal only."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from nlptool.cli import bars
from nlptool.cli.messages import log
from nlptool.io.visible import visible
from nlptool.models.store import Watch
from nlptool.notice import NOTICE

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class DownloadBar(Watch):
    """Draws where a person looks, and says things as messages."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = Lock()
        self.bar: Progress | None = None
        self.lines: dict[str, TaskID] = {}

    def say(self, text: str) -> None:
        """A message above the bars."""
        log.log(NOTICE, "%s", text)

    def update(self, label: str, done: int, total: int | None) -> None:
        """Move the line of a download."""
        if not bars.watched(NOTICE):
            return
        with self.lock:
            self.bar = self.bar or _open()
            if label not in self.lines:
                self.lines[label] = self.bar.add_task(visible(label), total=total, completed=done)
            self.bar.update(self.lines[label], completed=done, total=total)

    def close(self) -> None:
        """Nothing is drawn any more."""
        with self.lock:
            if self.bar:
                self.bar.stop()
            self.bar = None
            self.lines = {}


def _open() -> Progress:
    from rich import progress

    bar = bars.opened(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    )
    bar.start()
    return bar
