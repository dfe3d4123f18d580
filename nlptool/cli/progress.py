"""A progress bar on stderr, on a terminal only, for work that takes a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from nlptool.cli.messages import shows
from nlptool.pipeline.jobspec import Counts

PATIENCE = 1.0
"""Seconds before a bar appears: short work shows none."""


@contextmanager
def shown(name: str) -> Iterator[Callable[[Counts], None]]:
    """What a job may call after every batch; draws only where a person looks.

    Nothing is drawn while standard output is a terminal too: results and bar would mix.
    """
    if not sys.stderr.isatty() or sys.stdout.isatty() or not shows(30):
        yield lambda counts: None
        return
    bar = _Bar(name)
    try:
        yield bar.update
    finally:
        bar.stop()


class _Bar:
    def __init__(self, name: str) -> None:
        self.name = name
        self.start = monotonic()
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
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TextColumn("{task.fields[records]} records, {task.fields[speed]:.0f}/s"),
            progress.TimeRemainingColumn(),
        )
        bar = progress.Progress(*columns, console=Console(stderr=True), transient=True)
        task = bar.add_task(self.name, total=None, records=0, speed=0.0)
        bar.start()
        self.stop = bar.stop

        def draw(counts: Counts) -> None:
            records = counts.done + counts.failed
            speed = records / (monotonic() - self.start)
            bar.update(
                task,
                total=counts.size or None,
                completed=counts.seen,
                records=records,
                speed=speed,
            )

        return draw
