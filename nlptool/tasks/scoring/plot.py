"""Scores as a picture, by matplotlib: an extra, ``pip install 'nlptool[plot]'``."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from nlptool.errors import library_missing
from nlptool.tasks.scoring.base import Confusion, Scores


def picture(scores: Mapping[str, Scores]) -> bytes:
    """A PNG: a bar a score for each model, and below each model's confusion matrix."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise library_missing("matplotlib", "nlptool[plot]") from error
    matrices = {model: found.confusion for model, found in scores.items() if found.confusion}
    figure = Figure(figsize=(max(6, 4 * len(matrices)), 8 if matrices else 4), layout="constrained")
    parts = figure.subfigures(2 if matrices else 1, 1, squeeze=False)[:, 0]
    _bars(parts[0].subplots(), scores)
    if matrices:
        places = parts[1].subplots(1, len(matrices), squeeze=False)[0]
        for axes, (model, confusion) in zip(places, matrices.items(), strict=True):
            _matrix(axes, model, confusion)
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=120)
    return data.getvalue()


def _bars(axes: Any, scores: Mapping[str, Scores]) -> None:
    names = list(next(iter(scores.values())).values)
    height = 0.8 / len(scores)
    for place, (model, found) in enumerate(scores.items()):
        at = [number + place * height for number in range(len(names))]
        bars = axes.barh(at, [found.values[name] for name in names], height, label=model)
        axes.bar_label(bars, fmt="%.3f", padding=3)
    axes.set_yticks([number + 0.4 - height / 2 for number in range(len(names))], names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.1)
    axes.legend(loc="lower right")


def _matrix(axes: Any, model: str, confusion: Confusion) -> None:
    truths = list(confusion)
    predictions = list(confusion[truths[0]])
    counts = [[confusion[truth][label] for label in predictions] for truth in truths]
    axes.imshow(counts, cmap="Blues")
    middle = max(map(max, counts)) / 2
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            shade = "white" if count > middle else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=shade)
    axes.set_xticks(range(len(predictions)), predictions, rotation=30)
    axes.set_yticks(range(len(truths)), truths)
    axes.set(title=model, xlabel="predicted", ylabel="true")
