"""What may come next, as bars, and probabilities against their ranks."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log
from typing import Any

from msgspec import UNSET

from nlptool.io import plot
from nlptool.io.drawings.drawing import Drawing
from nlptool.tasks.next import Step, Table, shown

SHOWN = 50
"""Characters of a text that its title has: the last ones."""


class NextDrawing(Drawing, frozen=True):
    """On the left bars for each step, on the right the logarithms of probability and rank."""

    def paint(self, figure: Any, table: Table) -> None:
        """Draw the steps one below the other."""
        left, right = figure.subfigures(1, 2)
        bars = left.subplots(len(table.steps), 1, squeeze=False)[:, 0]
        for axes, step in zip(bars, table.steps, strict=True):
            _bars(axes, step)
        left.subplots_adjust(left=0.35, hspace=0.6)
        axes = right.subplots()
        for number, step in enumerate(table.steps):
            _ranks(axes, step, number, len(table.steps))
        axes.set(xscale="log", yscale="log", xlabel="rank", ylabel="probability")
        axes.set_title("probability against rank", fontsize=10)
        axes.legend(fontsize=8)

    def labels(self, table: Table) -> Iterator[str]:
        """Texts and tokens."""
        for step in table.steps:
            yield shown(step.text)
            yield from (shown(one.token) for one in step.next)

    def inches(self, table: Table) -> tuple[float, float]:
        """Higher for many bars."""
        return 11.0, max(4.5, sum(0.9 + 0.28 * len(step.next) for step in table.steps))


def _bars(axes: Any, step: Step) -> None:
    names = [plot.plain(shown(one.token)) for one in step.next]
    shares = [one.probability for one in step.next]
    drawn = axes.barh(range(len(names)), shares, color="C0")
    axes.bar_label(drawn, [f"{share:.3f}" for share in shares], padding=3, fontsize=8)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.2 * max(*shares, 1e-9))
    axes.spines[["top", "right"]].set_visible(False)
    text = shown(step.text)
    title = f"…{text[-SHOWN:]}" if len(text) > SHOWN else text
    axes.set_title(plot.plain(title), fontsize=10, loc="right")


def _ranks(axes: Any, step: Step, number: int, steps: int) -> None:
    """The points of a step and, by least squares, the straight line nearest to them."""
    points = [(rank, share) for rank, share in step.ranks or () if share > 0]
    if step.ranks is UNSET or len(points) < 2:
        return
    ranks, shares = zip(*points, strict=True)
    xs, ys = [log(rank) for rank in ranks], [log(share) for share in shares]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread
    line = [exp(middle_y + slope * (x - middle_x)) for x in xs]
    colour = f"C{number % plot.COLOURS}"
    name = f"step {number + 1}: slope {slope:.2f}" if steps > 1 else f"slope {slope:.2f}"
    axes.plot(ranks, shares, ".", color=colour, markersize=4)
    axes.plot(ranks, line, "-", color=colour, linewidth=1, label=name)
