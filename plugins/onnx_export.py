"""From a folder of transformers to one of the onnx adapter, in float32 or int8."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlptool.errors import ModelError, one_line
from nlptool.plugins.trainer import Converter, Parity

from .encoders.adapter import OUTPUTS
from .encoders.windows import position_limit
from .local import LOCAL
from .onnx_quantise import quantise
from .torchvision_schema import make_importable

OPSET = 17
LONGEST = 256
"""Tokens of a sample: longer ones are cut."""


class OnnxConverter(Converter):
    """Encoders with a head for sentiment or qa; int8 is onnxruntime's dynamic quantisation."""

    tasks = ("sentiment", "qa")
    needs = {
        "torch": "nlptool[finetune]",
        "transformers": "nlptool[finetune]",
        "onnx": "nlptool[finetune]",
        "onnxruntime": "nlptool[finetune]",
    }
    precisions = ("float32", "int8")

    def convert(
        self,
        task: str,
        folder: Path,
        output: Path,
        *,
        precision: str,
        keep: Sequence[str],
        samples: Sequence[Any],
    ) -> Parity:
        """Convert; see the contract."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch

        make_importable()
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        kind = {
            "sentiment": transformers.AutoModelForSequenceClassification,
            "qa": transformers.AutoModelForQuestionAnswering,
        }[task]
        try:
            # attention as plain products, which the exporter and the quantiser know
            model = kind.from_pretrained(folder, attn_implementation="eager", **LOCAL).eval()
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **LOCAL)
        except Exception as error:  # safetensors' own, among others
            raise ModelError(f"{folder} cannot be converted: {one_line(error)}") from error
        if not tokenizer.is_fast:
            raise ModelError(f"{folder}: its tokenizer cannot be written as tokenizer.json")
        longest = min(LONGEST, position_limit(model.config.to_dict()))
        feeds = [_feed(tokenizer, task, sample, longest) for sample in samples]
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / "model.onnx"
            _export(torch, model, OUTPUTS[task], feeds[0], plain)
            if precision == "int8":
                quantise(plain, output / "model.onnx", keep)
            else:
                shutil.copyfile(plain, output / "model.onnx")
        model.config.save_pretrained(output)
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        backend.save(str(output / "tokenizer.json"), pretty=False)
        return _parity(torch, model, output / "model.onnx", OUTPUTS[task], feeds)


def _feed(tokenizer: Any, task: str, sample: Any, longest: int) -> dict[str, Any]:
    """A sample as the model's inputs, cut where it is long."""
    texts = (sample.text,) if task == "sentiment" else (sample.question, sample.context)
    cut = "longest_first" if task == "sentiment" else "only_second"
    fed = tokenizer(*texts, truncation=cut, max_length=longest, return_tensors="pt")
    return dict(fed)


def _export(
    torch: Any, model: Any, names: Sequence[str], feed: Mapping[str, Any], file: Path
) -> None:
    class Bare(torch.nn.Module):  # type: ignore[misc]
        """Tensors in, tensors out."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            answer = self.model(**dict(zip(feed, tensors, strict=True)))
            return tuple(answer[name] for name in names)

    axes = {name: {0: "batch", 1: "sequence"} for name in (*feed, *names)}
    if names == OUTPUTS["sentiment"]:
        axes["logits"] = {0: "batch"}
    torch.onnx.export(
        Bare().eval(),
        tuple(feed.values()),
        file,
        input_names=list(feed),
        output_names=list(names),
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )


def _parity(
    torch: Any, model: Any, file: Path, names: Sequence[str], feeds: Sequence[Mapping[str, Any]]
) -> Parity:
    """Both models on the same inputs, one at a time, as the adapter runs them."""
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    same, difference = 0, 0.0
    for feed in feeds:
        with torch.inference_mode():
            answer = model(**feed)
            right = [torch.softmax(answer[name][0].double(), 0).numpy() for name in names]
        given = {name: tensor.numpy() for name, tensor in feed.items()}
        found = [
            torch.softmax(torch.from_numpy(output[0]).double(), 0).numpy()
            for output in session.run(list(names), given)
        ]
        pairs = list(zip(right, found, strict=True))
        same += all(one.argmax() == other.argmax() for one, other in pairs)
        difference = max(difference, *(float(np.abs(one - other).max()) for one, other in pairs))
    return Parity(len(feeds), same / len(feeds), difference)
