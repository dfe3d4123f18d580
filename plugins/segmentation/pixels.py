"""Arrays of pixels resized, as OpenCV and Paddle do it with bilinear weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]

STRIP = 1 << 22
"""Numbers that are interpolated together where only the best class of each pixel is wanted."""


def resized(values: NDArray[Any], height: int, width: int) -> NDArray[np.float32]:
    """An array (rows, columns, channels) with other rows and columns.

    Centres of pixels stay where they are, and there is no smoothing before a picture is made
    smaller: OpenCV's INTER_LINEAR, and Paddle's bilinear with align_corners off.
    """
    if values.shape[:2] == (height, width):
        return values.astype(np.float32, copy=False)
    return _columns(_rows(values, _places(values.shape[0], height)), width)


def best_classes(scores: NDArray[Any], height: int, width: int) -> NDArray[np.uint8]:
    """The best class of each pixel (height, width) by scores (rows, columns, classes) that are
    interpolated to that size, some rows at a time."""
    before, behind, weights = _places(scores.shape[0], height)
    mask = np.empty((height, width), np.uint8)
    step = max(1, STRIP // (width * scores.shape[2]))
    for top in range(0, height, step):
        part = slice(top, top + step)
        rows = _rows(scores, (before[part], behind[part], weights[part]))
        mask[part] = _columns(rows, width).argmax(axis=2)
    return mask


def _places(old: int, new: int) -> Places:
    """For each new place the two old ones around it, and the weight of the second."""
    at = np.clip((np.arange(new) + 0.5) * (old / new) - 0.5, 0, old - 1)
    before = at.astype(np.intp)
    behind = np.minimum(before + 1, old - 1)
    return before, behind, (at - before).astype(np.float32)


def _rows(values: NDArray[Any], places: Places) -> NDArray[np.float32]:
    before, behind, weights = places
    first = values[before].astype(np.float32)
    return first + (values[behind] - first) * weights[:, None, None]


def _columns(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    before, behind, weights = _places(values.shape[1], width)
    first = values[:, before]
    mixed: NDArray[np.float32] = first + (values[:, behind] - first) * weights[None, :, None]
    return mixed
