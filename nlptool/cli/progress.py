"""How far a job is: a bar on a terminal, or JSON lines for programs, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Literal

import msgspec

from nlptool.cli import bars
from nlptool.pipeline.jobspec import Counts

PATIENCE = 1.0
"""Seconds before a bar appears, for short work shows none; and between two lines for programs."""

Progress = Literal["auto", "json", "none"]


@contextmanager
def shown(name: str, how: Progress = "auto") -> Iterator[Callable[[Counts], None]]:
    """What a job may call after every batch.

    A bar is drawn only where a person looks, and not while standard output is a terminal too:
    results and bar would mix.
    """
    watched = bars.watched() and not sys.stdout.isatty()
    if how == "none" or (how == "auto" and not watched):
        yield lambda counts: None
        return
    bar: _Lines | _Bar = _Lines(name) if how == "json" else _Bar(name)
    try:
        yield bar.update
    finally:
        bar.stop()


class _Pace:
    """Records a second and seconds left, since the job was begun or gone on with."""

    def __init__(self) -> None:
        self.start = monotonic()
        self.before: int | None = None

    def speed(self, counts: Counts) -> float:
        """Records a second."""
        records = counts.done + counts.failed
        if self.before is None:
            self.before = counts.resumed
        return (records - self.before) / max(monotonic() - self.start, 1e-9)

    def left(self, counts: Counts) -> float | None:
        """Seconds, where the size of the input is known."""
        if not (counts.size and counts.seen):
            return None
        return (monotonic() - self.start) * max(0, counts.size - counts.seen) / counts.seen


class _Lines:
    """An object a line, no more than one a second, and one at the end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pace = _Pace()
        self.next = 0.0
        self.last: Counts | None = None

    def update(self, counts: Counts) -> None:
        """A line, if the last one is some time ago."""
        self.last = counts
        if monotonic() >= self.next:
            self.next = monotonic() + PATIENCE
            self._tell(counts, ended=False)

    def stop(self) -> None:
        """The last line."""
        self._tell(self.last or Counts(), ended=True)

    def _tell(self, counts: Counts, *, ended: bool) -> None:
        left = 0.0 if ended else self.pace.left(counts)
        told: dict[str, Any] = {
            "progress": self.name,
            "records": counts.done + counts.failed,
            "failed": counts.failed,
            "records_per_second": round(self.pace.speed(counts), 3),
            "seconds_left": None if left is None else round(left, 1),
            "bytes": counts.seen,
            "size": counts.size or None,
            "ended": ended,
        }
        sys.stderr.write(msgspec.json.encode(told).decode() + "\n")
        sys.stderr.flush()


class _Bar:
    def __init__(self, name: str) -> None:
        self.name = name
        self.start = monotonic()
        self.pace = _Pace()
        self.stop: Callable[[], None] = lambda: None
        self.draw: Callable[[Counts], None] | None = None

    def update(self, counts: Counts) -> None:
        """Draw the counts, once the work has taken long enough."""
        if self.draw is None and monotonic() - self.start > PATIENCE:
            self.draw = self._open()
        if self.draw:
            self.draw(counts)

    def _open(self) -> Callable[[Counts], None]:
        from rich import progress

        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TextColumn(
                "{task.fields[records]} records, {task.fields[speed]:.0f}/s{task.fields[failed]}"
            ),
            progress.TimeRemainingColumn(),
        )
        bar = bars.opened(*columns)
        task = bar.add_task(self.name, total=None, records=0, speed=0.0, failed="")
        bar.start()
        self.stop = bar.stop

        def draw(counts: Counts) -> None:
            records = counts.done + counts.failed
            bar.update(
                task,
                total=counts.size or None,
                completed=counts.seen,
                records=records,
                speed=self.pace.speed(counts),
                failed=f", {counts.failed} failed" if counts.failed else "",
            )

        return draw
