"""Where text stands in a picture: PP-OCR's detection model.

The model marks each pixel with the probability that it belongs to text (differentiable
binarisation, Liao et al. 2020, https://arxiv.org/abs/1911.08947), on a core of each line that is
smaller than the line; every connected core becomes a rectangle and is grown again. The constants
are those of rapidocr 3.10 for PP-OCRv6, but for the scale.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .session import open_session

Image = NDArray[Any]
Boxes = NDArray[Any]

FEW, MANY = 600_000, 1_200_000
"""Pixels between which a picture is scaled, the cost being proportional to them. On receipts and on
A4 pages of 6 point type nothing is lost against the 4,000,000 that rapidocr allows."""
MOST_PIXELS = 4_000_000
SHORT_SIDE = 480
"""Long and narrow pictures get more pixels, up to the most, to keep their short side at this."""
ENLARGED = 2.0
TALL = 3
"""Pictures this many times as high as wide are searched in parts that overlap: in a long picture
with little on it the model sees nothing."""
SMALLEST_PART = 800
STRIDE = 32
TEXT = 0.3
CERTAIN = 0.5
GROWTH = 1.6
SMALLEST_CORE, SMALLEST_BOX = 3, 5


class Detector:
    """The model on some threads; calls may run side by side."""

    def __init__(self, file: Path, threads: int) -> None:
        self.session = open_session(file, threads)
        self.input = self.session.get_inputs()[0].name

    def __call__(self, image: Image) -> Boxes:
        """The boxes (n, 4, 2) of the lines in a BGR picture: four points, in pixels, clockwise
        from the top left, in no order."""
        height, width = image.shape[:2]
        if height <= TALL * width:
            return self._find(image, ENLARGED)
        part = max(2 * width, SMALLEST_PART)
        overlap = part // 4
        boxes = []
        for top in range(0, height - overlap, part - overlap):
            found = self._find(image[top : top + part], 1.0) + np.array((0, top))
            middles = found[:, :, 1].mean(axis=1)
            first = top + overlap / 2 if top else 0
            end = top + part - overlap / 2 if top + part < height else height
            boxes.append(found[(middles >= first) & (middles < end)])
        return np.concatenate(boxes)

    def _find(self, image: Image, enlarged: float) -> Boxes:
        height, width = image.shape[:2]
        scale = min(enlarged, scale_for(width, height))
        columns, rows = (max(STRIDE, round(s * scale / STRIDE) * STRIDE) for s in (width, height))
        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        scaled = cv2.resize(image, (columns, rows), interpolation=smooth)
        fed = cv2.dnn.blobFromImage(scaled, 1 / 127.5, mean=(127.5, 127.5, 127.5))
        (probability,) = self.session.run(None, {self.input: fed})
        boxes = boxes_of(probability[0, 0]) * (width / columns, height / rows)
        inside: Boxes = np.clip(boxes, 0, (width - 1, height - 1)).round(1)
        return inside


def scale_for(width: int, height: int) -> float:
    """By how much a picture is scaled for detection."""
    pixels = width * height
    if pixels < FEW:
        return sqrt(FEW / pixels)
    longer = min(1.0, SHORT_SIDE / min(width, height), sqrt(MOST_PIXELS / pixels))
    return max(min(1.0, sqrt(MANY / pixels)), longer)


def boxes_of(probability: NDArray[np.float32]) -> Boxes:
    """The lines' boxes in a map of probabilities."""
    mask = cv2.dilate((probability > TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for contour in contours:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < SMALLEST_CORE or _certainty(probability, contour) < CERTAIN:
            continue
        growth = 2 * GROWTH * width * height / (2 * (width + height))
        if min(width, height) + growth < SMALLEST_BOX:
            continue
        grown = (centre, (width + growth, height + growth), angle)
        boxes.append(_clockwise(cv2.boxPoints(grown)))
    return np.array(boxes, np.float32).reshape(-1, 4, 2)


def _certainty(probability: NDArray[np.float32], contour: Any) -> float:
    """The mean probability in the rectangle around a contour."""
    x, y, width, height = cv2.boundingRect(contour)
    corners = cv2.boxPoints(cv2.minAreaRect(contour)) - (x, y)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [corners.astype(np.int32)], (1,))
    return cv2.mean(probability[y : y + height, x : x + width], inside)[0]


def _clockwise(points: Boxes) -> Boxes:
    """The corners from the top left on: the two on the left are told apart by their height."""
    points = points[np.argsort(points[:, 0], kind="stable")]
    (top_left, bottom_left), (top_right, bottom_right) = (
        pair[np.argsort(pair[:, 1], kind="stable")] for pair in (points[:2], points[2:])
    )
    return np.array([top_left, top_right, bottom_right, bottom_left])
