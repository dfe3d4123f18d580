"""Straight lines drawn on a page, level or upright: the rules of tables, and between columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

LOOKED_AT = 1200
"""Pictures are made smaller until their longer side has so many pixels."""
SHORTEST = 24
"""A rule is so many of these pixels long, and at most THICK of them thick."""
THICK = 5
CONTRAST = 24
"""A rule is lighter or darker by so much, of 255, than the ground at most THICK pixels away."""

Rule = tuple[float, float, float, float]


def rules(picture: Image) -> list[Rule]:
    """The level rules and the upright ones: left, top, right, bottom in the picture's pixels."""
    scale = min(1.0, LOOKED_AT / max(picture.size))
    size = [max(1, round(side * scale)) for side in picture.size]
    grey = np.asarray(picture.convert("L").resize((size[0], size[1]))).astype(np.int16)
    x, y = picture.width / size[0], picture.height / size[1]
    level = [(a * x, b * y, c * x, d * y) for a, b, c, d in _level(grey)]
    upright = [(b * x, a * y, d * x, c * y) for a, b, c, d in _level(grey.T)]
    return level + upright


def _level(grey: NDArray[Any]) -> list[tuple[int, int, int, int]]:
    """The level ones, as left, top, right, bottom; right and bottom outside."""
    import cc3d

    if min(grey.shape) <= 2 * THICK or grey.shape[1] < SHORTEST:
        return []
    inner = grey[THICK:-THICK]
    over, under = inner - grey[: -2 * THICK], inner - grey[2 * THICK :]
    drawn = ((over < -CONTRAST) & (under < -CONTRAST)) | ((over > CONTRAST) & (under > CONTRAST))
    long = _runs(drawn)
    labels = cc3d.connected_components(long, connectivity=8, binary_image=True)
    boxes = cc3d.statistics(labels, no_slice_conversion=True)["bounding_boxes"][1:]
    return [
        (left, top + THICK, right + 1, low + THICK + 1)
        for top, low, left, right in boxes.tolist()
        if low - top < THICK
    ]


def _runs(drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is in level runs of at least SHORTEST pixels."""
    sums = np.pad(drawn, ((0, 0), (1, 0))).cumsum(axis=1, dtype=np.int32)
    whole = sums[:, SHORTEST:] - sums[:, :-SHORTEST] == SHORTEST
    starts = np.pad(whole, ((0, 0), (SHORTEST, SHORTEST - 1))).cumsum(axis=1, dtype=np.int32)
    found: NDArray[np.bool_] = starts[:, SHORTEST:] - starts[:, :-SHORTEST] > 0
    return found
