"""A trained model as files that need no PaddleSeg: for paddle.inference, and as ONNX."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import paddle
import yaml

from nlptool.errors import ModelError

log = logging.getLogger(__name__)

PADDLE = "paddle"
"""The folder, inside the model's, of the form for paddle.inference."""
OPSET = 17
TO_ONNX = """
import sys, paddle2onnx
program, weights, target, opset = sys.argv[1:]
paddle2onnx.export(
    program, weights, target, opset_version=int(opset), optimize_tool="onnxoptimizer"
)
"""
"""Its own choice, polygraphy, installs packages while it runs."""


class _First(paddle.nn.Layer):  # type: ignore[misc]
    """The network's first output, its scores."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Any) -> Any:
        return self.model(x)[0]


def export(model: Any, config: dict[str, Any], labels: Sequence[str], output: Path) -> None:
    """Write both forms with their configuration.

    The input has the size that the transforms give every picture, or any size; where the network
    cannot be ONNX of any size, that of the pictures it was trained on.
    """
    data = config.get("val_dataset") or config["train_dataset"]
    steps = [step for step in data["transforms"] if not step["type"].startswith("Random")]
    size = next((step["target_size"] for step in steps if _sets_size(step)), None)
    _save(model, size, output / PADDLE)
    failure = _to_onnx(output)
    if failure and size is None:
        size = _trained_size(config)
        log.warning("as ONNX the network takes pictures of one size only, %d x %d", *size)
        _save(model, size, output / PADDLE)
        failure = _to_onnx(output)
    if failure:
        raise ModelError(f"the model cannot be written as ONNX: {failure}")
    classes = config["model"].get("num_classes") or config["train_dataset"]["num_classes"]
    names = [*labels[:classes], *(f"class {n}" for n in range(len(labels), classes))]
    described = {
        "architectures": [f"{config['model']['type']}ForSemanticSegmentation"],
        "id2label": dict(enumerate(names)),
        "transforms": steps,
    }
    text = msgspec.json.format(msgspec.json.encode(described)) + b"\n"
    deploy = {
        "model": "model.json",
        "params": "model.pdiparams",
        "transforms": steps,
        "output_op": "none",
        "output_dtype": "float32",
    }
    for folder in (output, output / PADDLE):
        (folder / "config.json").write_bytes(text)
    (output / PADDLE / "deploy.yaml").write_text(yaml.safe_dump({"Deploy": deploy}))


def _sets_size(step: dict[str, Any]) -> bool:
    return step["type"] == "Resize" and not step.get("keep_ratio")


def _trained_size(config: dict[str, Any]) -> Sequence[int]:
    """Width and height of the crops that the network was trained on."""
    crops = [s["crop_size"] for s in config["train_dataset"]["transforms"] if "crop_size" in s]
    if not crops:
        raise ModelError("the network needs pictures of one size, and no transform names one")
    return list(crops[-1])


def _save(model: Any, size: Sequence[int] | None, folder: Path) -> None:
    whole = _First(model)
    whole.eval()
    shape = [1, 3, size[1], size[0]] if size else [None, 3, None, None]
    spec = [paddle.static.InputSpec(shape, "float32", "x")]
    paddle.jit.save(
        paddle.jit.to_static(whole, input_spec=spec, full_graph=True), str(folder / "model")
    )


def _to_onnx(output: Path) -> str:
    """What went wrong, nothing if it did not; in a process of its own, for a failure ends it."""
    files = [output / PADDLE / "model.json", output / PADDLE / "model.pdiparams"]
    command = [sys.executable, "-P", "-W", "ignore", "-c", TO_ONNX, *files, output / "model.onnx"]
    done = subprocess.run(  # noqa: S603
        [*map(str, command), str(OPSET)], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    wrong = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
    return wrong[0] if wrong else f"paddle2onnx ended with {done.returncode}"
