"""Lines cut out of a picture, made level and as high as the recognition model wants them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Box = NDArray[Any]
Strip = NDArray[np.uint8]

HEIGHT = 48
TALL = 1.5
"""Boxes this many times as high as wide hold text that runs downwards."""
LEVEL = 0.5
"""A box whose sides lean by less than so many pixels stands upright."""


def is_tall(box: Box) -> bool:
    """Whether the text in a box, clockwise from the picture's top left, runs downwards."""
    width, height = size_of(box)
    return height >= TALL * width


def is_square(box: Box) -> bool:
    """Whether a tall box is so low that it may hold a single letter that stands upright."""
    width, height = size_of(box)
    return height < 2 * TALL * width


def grown(box: Box, share: float) -> Box:
    """The box with so much of its height more on every side."""
    across, down = box[1] - box[0], box[3] - box[0]
    height = np.linalg.norm(down)
    along = across * (share * height / max(1.0, float(np.linalg.norm(across))))
    up = -down * share
    looser: Box = box + np.array((up - along, up + along, along - up, -along - up))
    return looser


def strip_of(picture: Image, box: Box) -> Strip:
    """The pixels (48, width, 3) in a box of four points, clockwise from the text's top left."""
    from PIL.Image import Resampling, Transform, Transpose

    width, height = (max(1.0, side) for side in size_of(box))
    size = max(1, ceil(HEIGHT * width / height)), HEIGHT
    low, high = box.min(axis=0), box.max(axis=0)
    if np.minimum(box - low, high - box).max() < LEVEL:
        left, top = np.clip(low, 0, np.array(picture.size) - 1)
        right, bottom = np.clip(high, (left + 1, top + 1), picture.size)
        if box[0, 0] > box[2, 0]:
            part = picture.crop((int(left), int(top), ceil(right), ceil(bottom)))
            level = part.transpose(Transpose.ROTATE_90).resize(size, Resampling.BILINEAR)
        else:
            level = picture.resize(size, Resampling.BILINEAR, (left, top, right, bottom))
        return np.asarray(level)
    native = max(1, round(width)), max(1, round(height))
    (x0, y0), right_side, lower_side = (
        box[0],
        (box[1] - box[0]) / native[0],
        (box[3] - box[0]) / native[1],
    )
    affine = (right_side[0], lower_side[0], x0, right_side[1], lower_side[1], y0)
    x, y = np.clip(box[0], 0, np.array(picture.size) - 1).astype(int).tolist()
    level = picture.transform(
        native, Transform.AFFINE, affine, Resampling.BILINEAR, fillcolor=picture.getpixel((x, y))
    )
    return np.asarray(level.resize(size, Resampling.BILINEAR))


def size_of(box: Box) -> tuple[float, float]:
    """The width and the height of the text."""
    across = np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[2] - box[3])
    down = np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2])
    return float(max(across)), float(max(down))
