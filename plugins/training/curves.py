"""A picture of a run: the loss, and the dev metric, over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def draw(history: Sequence[dict[str, float]], metric: str, file: Path) -> None:
    """Write the picture as png."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left = figure.subplots()
    left.plot([row["step"] for row in history], [row["loss"] for row in history], color="tab:blue")
    left.set_xlabel("step")
    left.set_ylabel("training loss", color="tab:blue")
    scored = [row for row in history if metric in row]
    if scored:
        right = left.twinx()
        right.plot(
            [row["step"] for row in scored], [row[metric] for row in scored], "o-", color="tab:red"
        )
        right.set_ylabel(f"dev {metric}", color="tab:red")
    figure.savefig(file, dpi=120)
