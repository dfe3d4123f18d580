"""The bar of a training: words a second, loss, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nlptool.cli import bars
from nlptool.tasks.vectors import Progress


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """What a training may call; draws on stderr, where a person looks."""
    if not bars.watched():
        yield lambda progress: None
        return
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TextColumn("{task.fields[facts]}"),
        rich.TimeRemainingColumn(),
    )
    with bars.opened(*columns) as bar:
        task = bar.add_task("reading", total=None, facts="")

        def draw(progress: Progress) -> None:
            facts = f"{progress.words:,} words"
            if progress.seconds:
                facts += f", {progress.words / progress.seconds:,.0f}/s"
            if progress.loss is not None:
                facts += f", loss {progress.loss:.3f}"
            total = None if progress.share is None else 1.0
            bar.update(
                task,
                description=progress.stage,
                total=total,
                completed=progress.share or 0,
                facts=facts,
            )

        yield draw
