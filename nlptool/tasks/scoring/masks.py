"""Scores of masks, as PaddleSeg 2.8 defines them (paddleseg/utils/metrics.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nlptool.errors import RecordError
from nlptool.tasks.picture import IGNORED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Areas:
    """Pixels of each class, in the truth, in the prediction, and in both; they add up."""

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.both, self.predicted, self.true = np.zeros((3, classes), np.int64)

    def add(self, truth: Array, prediction: Array) -> None:
        """Count a picture; RecordError for a truth of another size or with unknown classes."""
        if truth.shape != prediction.shape:
            sizes = [" x ".join(map(str, array.shape[::-1])) for array in (truth, prediction)]
            raise RecordError(f"the mask has {sizes[0]} pixels, the picture {sizes[1]}")
        counted = truth != IGNORED
        truth, prediction = truth[counted], prediction[counted]
        strange = np.unique(truth[truth >= self.classes])
        if strange.size:
            values = ", ".join(map(str, strange[:5]))
            raise RecordError(
                f"the mask has the values {values}; the model's classes are 0 to "
                f"{self.classes - 1}, and {IGNORED} is for pixels that do not count"
            )
        self.true += np.bincount(truth, minlength=self.classes)
        self.predicted += np.bincount(prediction, minlength=self.classes)[: self.classes]
        self.both += np.bincount(truth[truth == prediction], minlength=self.classes)

    def plus(self, other: Areas) -> Areas:
        """Both together; one may know more classes."""
        areas = Areas(max(self.classes, other.classes))
        for part in (self, other):
            for name in ("both", "predicted", "true"):
                getattr(areas, name)[: part.classes] += getattr(part, name)
        return areas

    def scores(self) -> dict[str, float]:
        """``miou``, ``accuracy``, ``kappa`` and ``dice``, of all classes.

        A class that is nowhere counts as 0 in ``miou`` and ``dice``, as it does for PaddleSeg.
        """
        total = self.true.sum()
        agreed = self.both.sum() / max(1, total)
        chance = (self.predicted * self.true).sum() / max(1, total) ** 2
        return {
            "miou": float(_share(self.both, self._union()).mean()),
            "accuracy": float(agreed),
            "kappa": float((agreed - chance) / (1 - chance)) if chance < 1 else 1.0,
            "dice": float(_share(2 * self.both, self.true + self.predicted).mean()),
        }

    def present_scores(self) -> dict[str, float]:
        """As ``scores``, but over the classes that are there: for one picture, which need not have
        all of them."""
        there = self._union() > 0
        areas = Areas(int(there.sum()))
        areas.both, areas.predicted, areas.true = (
            part[there] for part in (self.both, self.predicted, self.true)
        )
        return areas.scores()

    def class_scores(self) -> dict[str, Sequence[float]]:
        """Of each class ``iou``, ``accuracy`` (the share of the pixels predicted that are right),
        ``recall`` and ``dice``."""
        return {
            "iou": _share(self.both, self._union()).tolist(),
            "accuracy": _share(self.both, self.predicted).tolist(),
            "recall": _share(self.both, self.true).tolist(),
            "dice": _share(2 * self.both, self.true + self.predicted).tolist(),
        }

    def _union(self) -> Array:
        return self.true + self.predicted - self.both


def score_masks(classes: int, pairs: Iterable[tuple[Array, Array]]) -> dict[str, float]:
    """The scores of true and predicted masks."""
    areas = Areas(classes)
    for truth, prediction in pairs:
        areas.add(truth, prediction)
    return areas.scores()


def _share(part: Array, whole: Array) -> Array:
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)
