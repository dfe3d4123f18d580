"""Weights in int8, whose products no processor overflows."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlptool.errors import UsageError

QUANTISED = ["MatMul", "Gemm", "Gather"]
FULL = 127


def quantise(plain: Path, file: Path, keep: Sequence[str]) -> None:
    """onnxruntime's dynamic quantisation of a float32 model, but for layers named in ``keep``
    (patterns). UsageError where a pattern matches none."""
    import onnx
    from onnx.numpy_helper import from_array, to_array
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.onnx_model import ONNXModel

    model = ONNXModel(onnx.load(plain))
    model.replace_gemm_with_matmul()
    nodes = [node.name for node in model.nodes() if node.op_type in QUANTISED]
    for given in keep:
        if not fnmatch.filter(nodes, given):
            raise UsageError(f"no layer matches {given}; there are: {', '.join(nodes)}")
    weights = {tensor.name: to_array(tensor) for tensor in model.initializer()}
    quantize_dynamic(
        model.model,
        file,
        op_types_to_quantize=QUANTISED,
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[name for given in keep for name in fnmatch.filter(nodes, given)],
    )
    done = onnx.load(file)
    tensors = {tensor.name: tensor for tensor in done.graph.initializer}
    for node in done.graph.node:
        if node.op_type == "MatMulInteger":
            name = node.input[1].removesuffix("_quantized")
            for kind, values in zip(("quantized", "scale"), in_pairs(weights[name]), strict=True):
                tensors[f"{name}_{kind}"].CopyFrom(from_array(values, f"{name}_{kind}"))
    onnx.save(done, file)


def in_pairs(weight: Any) -> tuple[Any, Any]:
    """A weight (inputs, outputs) as int8, and the scale of each output.

    Processors without VNNI add the products of two neighbouring inputs in 16 bits, so no two
    weights may be over 128 together: 255 * 128 < 2 ** 15. onnxruntime's own way, 7 bits for each
    (``reduce_range``), keeps less of them.
    """
    import numpy as np

    size = np.abs(np.pad(weight.astype("float64"), ((0, len(weight) % 2), (0, 0))))
    largest = (size[::2] + size[1::2]).max(axis=0)
    scale = np.where(largest > 0, largest, 1) / FULL
    return np.rint(weight / scale).astype("int8"), scale.astype("float32")
