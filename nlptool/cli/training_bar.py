"""The progress of a training on stderr: a bar on a terminal, and a line an evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from nlptool.cli import bars
from nlptool.cli.messages import log
from nlptool.plugins.trainer import Progress, Tick

LINE_SECONDS = 60.0
"""Without a terminal, -v tells of the loss this often."""


@contextmanager
def shown() -> Iterator[Tick]:
    """What a trainer calls after every step."""
    if bars.watched():
        with _bar() as tick:
            yield tick
    else:
        yield _Lines().tick


@contextmanager
def _bar() -> Iterator[Tick]:
    from rich import progress

    columns = (
        progress.TextColumn("epoch {task.fields[epoch]:.2f}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn(
            "loss {task.fields[loss]:.4f}{task.fields[rate]} {task.fields[metrics]}"
        ),
        progress.TimeRemainingColumn(),
    )
    with bars.opened(*columns, transient=False) as bar:
        task = bar.add_task("", total=None, epoch=0.0, loss=float("nan"), rate="", metrics="")

        def tick(now: Progress) -> None:
            bar.update(task, total=now.steps, completed=now.step, epoch=now.epoch, loss=now.loss)
            bar.update(task, rate=_rate(now))
            if now.metrics:
                bar.update(task, metrics=_figures(now))

        yield tick


class _Lines:
    def __init__(self) -> None:
        self.start = self.last = monotonic()
        self.first: int | None = None

    def tick(self, now: Progress) -> None:
        """A line for an evaluation, and one now and then."""
        self.first = now.step if self.first is None else self.first
        time = monotonic()
        if now.metrics is None and time - self.last < LINE_SECONDS:
            return
        self.last = time
        left = (now.steps - now.step) * (time - self.start) / max(1, now.step - self.first)
        log.info(
            "step %d of %d, epoch %.2f, loss %.4f%s, %s%.0f min left",
            now.step,
            now.steps,
            now.epoch,
            now.loss,
            _rate(now),
            f"{_figures(now)}, " if now.metrics else "",
            left / 60,
        )


def _figures(now: Progress) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in (now.metrics or {}).items())


def _rate(now: Progress) -> str:
    return "" if now.rate is None else f", rate {now.rate:.2g}"
