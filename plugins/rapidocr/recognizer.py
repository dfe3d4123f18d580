"""What a line of text says: PP-OCR's recognition model.

The model reads a strip 48 pixels high and gives, every 8 pixels, the probability of each character
and of none (CTC, Graves et al. 2006). Strips run alone: no padding is computed, and what a line
says does not depend on its neighbours.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .session import open_session

Image = NDArray[Any]

HEIGHT = 48
NARROWEST, WIDEST = 48, 3840
TALL = 1.5
DOUBTFUL = 0.95
"""A line read with less confidence is read upside down too: on receipts one line in ten. Of lines
that stand on their heads, three in a hundred are read with more."""

Reading = tuple[str, float]


class Recognizer:
    """The model on one thread; calls may run side by side."""

    def __init__(self, file: Path) -> None:
        self.session = open_session(file, 1)
        self.input = self.session.get_inputs()[0].name
        characters = self.session.get_modelmeta().custom_metadata_map["character"]
        self.characters = np.array(["", *characters.splitlines(), " "])

    def __call__(self, strip: Image) -> Reading:
        """The text of a strip, either way up, and the mean probability of its characters."""
        text, confidence = self._read(strip)
        if confidence < DOUBTFUL:
            turned = self._read(cv2.rotate(strip, cv2.ROTATE_180))
            return max((text, confidence), turned, key=lambda reading: reading[1])
        return text, confidence

    def _read(self, strip: Image) -> Reading:
        height, width = strip.shape[:2]
        columns = min(WIDEST, max(1, ceil(HEIGHT * width / height)))
        scaled = cv2.resize(strip, (columns, HEIGHT))
        fed = cv2.dnn.blobFromImage(scaled, 1 / 127.5, mean=(127.5, 127.5, 127.5))
        if columns < NARROWEST:
            fed = np.pad(fed, ((0, 0), (0, 0), (0, 0), (0, NARROWEST - columns)))
        (probabilities,) = self.session.run(None, {self.input: fed})
        best = probabilities[0].argmax(axis=1)
        new = np.append(True, best[1:] != best[:-1]) & (best != 0)
        if not new.any():
            return "", 0.0
        text = "".join(self.characters[best[new]])
        return text, float(probabilities[0].max(axis=1)[new].mean())


def strip_of(image: Image, box: NDArray[Any]) -> Image:
    """The part of a picture in a box, made level; text that runs downwards is turned."""
    width = max(1, int(max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[2] - box[3]))))
    height = max(1, int(max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2]))))
    level = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    strip: Image = cv2.warpPerspective(
        image,
        cv2.getPerspectiveTransform(box.astype(np.float32), level),
        (width, height),
        borderMode=cv2.BORDER_REPLICATE,
        flags=cv2.INTER_CUBIC,
    )
    return cv2.rotate(strip, cv2.ROTATE_90_COUNTERCLOCKWISE) if height >= TALL * width else strip
