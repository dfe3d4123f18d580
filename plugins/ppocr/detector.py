"""Where text stands in a picture: PP-OCR's detection model.

The model marks each pixel with the probability that it belongs to text (differentiable
binarisation, Liao et al. 2020, https://arxiv.org/abs/1911.08947), on a core of each line that is
smaller than the line; every connected core becomes a rectangle and is grown again. Thresholds are
those of rapidocr 3.10 for PP-OCRv6.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .rectangles import Rectangle, rectangles
from .session import open_session
from .windows import grid

if TYPE_CHECKING:
    from PIL.Image import Image

    from .options import Options

FEW, MANY = 600_000, 1_200_000
"""Pixels between which a picture is scaled, the cost being proportional to them. On receipts and on
A4 pages of 6 point type nothing is lost against the 4,000,000 that rapidocr allows."""
LONG = 2.5
"""Of a picture longer than this many times its shorter side, only so much counts as its pixels."""
ENLARGED = 2.0
STRIP = 96
"""Long pictures are enlarged no more than to this on their shorter side: they may be one line."""
LEAST_SCALE = 0.5
"""Larger pictures are looked at through more windows rather than made smaller than this."""
SMALL = 16.0
"""The box of a line comes out no lower than this, in pixels as they are shown to the model, if its
letters are 12 pixels high or 6."""
MARGIN = 64
STRIDE = 32
FLAT = 16
"""A window whose pixels differ by less than this, of 255, has nothing on it."""
SMALLEST_CORE, SMALLEST_BOX = 3, 5

Pixels = NDArray[Any]


class Detector:
    """The model on some threads; calls may run side by side."""

    def __init__(self, file: Path, threads: int, options: Options) -> None:
        self.session = open_session(file, threads)
        self.input = self.session.get_inputs()[0].name
        self.options = options

    def __call__(self, picture: Image) -> Pixels:
        """The boxes (n, 4, 2) of the lines in an RGB picture, in pixels, clockwise from the top
        left, in no order.

        Where a picture had to be made much smaller, and most lines then are as low as can be, it is
        looked at again at twice the scale: there may be letters too small to be seen.
        """
        if self.options.scale:
            return self._find(picture, self.options.scale)
        scale = scale_for(*picture.size)
        boxes = self._find(picture, scale)
        if scale <= LEAST_SCALE and len(boxes) and np.median(heights(boxes)) * scale < SMALL:
            return self._find(picture, 2 * scale)
        return boxes

    def _find(self, picture: Image, scale: float) -> Pixels:
        from PIL.Image import Resampling

        width, height = picture.size
        columns, rows = (
            max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height)
        )
        method = Resampling.BOX if scale < 1 else Resampling.BILINEAR
        scaled = np.asarray(picture.resize((columns, rows), method))
        lines = self._lines(self._probability(scaled))
        boxes = np.array([line.corners() for line in lines]).reshape(-1, 4, 2)
        found: Pixels = boxes * (width / columns, height / rows)
        return found

    def _probability(self, picture: Pixels) -> NDArray[np.uint8]:
        """Of each pixel of a picture (height, width, 3), as 0 to 255."""
        height, width = picture.shape[:2]
        probability = np.zeros((height, width), np.uint8)
        for column, row in grid(width, height, self.options.window, MARGIN):
            seen = picture[row.start : row.end, column.start : column.end]
            if int(seen.max()) - int(seen.min()) < FLAT:
                continue
            found = self._run(seen)
            inside = (
                slice(row.first - row.start, row.last - row.start),
                slice(column.first - column.start, column.last - column.start),
            )
            probability[row.first : row.last, column.first : column.last] = found[inside]
        return probability

    def _run(self, picture: Pixels) -> NDArray[np.uint8]:
        height, width = picture.shape[:2]
        rest = [(0, -side % STRIDE) for side in (height, width)]
        padded = np.pad(picture, (*rest, (0, 0)), mode="edge")
        fed = padded[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
        (probability,) = self.session.run(None, {self.input: fed})
        found: NDArray[np.uint8] = (probability[0, 0, :height, :width] * 255).astype(np.uint8)
        return found

    def _lines(self, probability: NDArray[np.uint8]) -> list[Rectangle]:
        options = self.options
        lit = probability > options.thresh * 255
        lit[:, 1:] |= lit[:, :-1]
        lit[1:] |= lit[:-1]
        lines = []
        for core in rectangles(lit):
            if core.smaller < SMALLEST_CORE or core.mean_of(probability) < options.box_thresh * 255:
                continue
            growth = options.unclip_ratio * core.length * core.height / (core.length + core.height)
            if core.smaller + growth >= SMALLEST_BOX:
                lines.append(core.grown(growth))
        return lines


def heights(boxes: Pixels) -> Pixels:
    """The shorter sides of boxes."""
    sides = np.linalg.norm(boxes[:, :2] - boxes[:, 1:3], axis=2)
    shorter: Pixels = sides.min(axis=1)
    return shorter


def scale_for(width: int, height: int) -> float:
    """By how much a picture is scaled for detection."""
    short, long = sorted((width, height))
    pixels = short * min(long, LONG * short)
    if pixels < FEW:
        most = ENLARGED if long <= LONG * short else max(1.0, STRIP / short)
        return min(most, sqrt(FEW / pixels))
    return max(LEAST_SCALE, min(1.0, sqrt(MANY / pixels)))
