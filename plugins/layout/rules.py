"""Straight lines drawn on a page, level or upright: the rules of tables, and between columns."""

from __future__ import annotations

from math import cos, degrees, sin
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Resampling

from nlptool.tasks.picture import Point

if TYPE_CHECKING:
    from PIL.Image import Image

LOOKED_AT = 1200
"""Pictures are made smaller until their longer side has so many pixels."""
SHORTEST = 24
"""A rule is so many of these pixels long, and at most THICK of them thick."""
THICK = 5
CONTRAST = 24
"""A rule is lighter or darker by so much, of 255, than the ground at most THICK pixels away."""

LEANS = 0.004
"""A page that leans by less than this, in radians, is looked at as it is: rules stay in THICK."""

Rule = list[Point]


def rules(picture: Image, lean: float) -> list[Rule]:
    """The level rules and the upright ones, of a page that leans by so much (clockwise, in
    radians): the corners of each, in the picture's pixels."""
    scale = min(1.0, LOOKED_AT / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    seen = picture.convert("L").resize((width, height))
    lean = lean if abs(lean) > LEANS else 0.0
    if lean:
        ground = int(np.median(np.asarray(seen)))
        seen = seen.rotate(degrees(lean), Resampling.BILINEAR, fillcolor=ground)
    grey = np.asarray(seen).astype(np.int16)
    boxes = _level(grey)
    boxes += [(top, left, low, right) for left, top, right, low in _level(grey.T)]
    steps = picture.width / width, picture.height / height
    along, across, x, y = cos(lean), sin(lean), width / 2, height / 2
    return [
        [
            (
                steps[0] * (x + (a - x) * along - (b - y) * across),
                steps[1] * (y + (a - x) * across + (b - y) * along),
            )
            for a, b in ((left, top), (right, top), (right, low), (left, low))
        ]
        for left, top, right, low in boxes
    ]


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
