"""PP-OCR's models in half precision: what nlptool/weights/ppocr-v6 holds.

    python scripts/train/ppocr_v6.py FOLDER OUT

FOLDER holds the models in single precision, as rapidocr's wheel has them in ``rapidocr/models``.
Weights are stored as float16 and made float32 again by a Cast, which onnxruntime does once, when
the model is loaded: it computes as before.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MODELS = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx")
FEW = 64
"""Tensors with fewer values stay as they are."""


def main() -> None:
    """Write the models."""
    source, target = map(Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for name in MODELS:
        model = onnx.load(source / name)
        halve(model)
        onnx.save(model, target / name)


def halve(model: onnx.ModelProto) -> None:
    """Store the model's weights as float16, with a Cast behind each."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type == TensorProto.FLOAT and values.size >= FEW:
            half = f"{tensor.name}_half"
            casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), half))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


if __name__ == "__main__":
    main()
