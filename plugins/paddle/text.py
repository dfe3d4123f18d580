"""Sentiment from a folder with an exported Paddle model, by paddle.inference and tokenizers.

The folder is as the onnx adapter's, with Paddle's files (predictor.find_model) for ``model.onnx``:
inputs of the same names, or fewer of them, and one output, the logits (batch, labels).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Files, Setup
from nlptool.errors import ModelError

from ..encoders.adapter import EncoderAdapter
from ..encoders.folder import read_config, read_tokenizer
from ..encoders.windows import Window
from .predictor import check_device
from .predictors import Predictors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
TOGETHER = 32
"""Windows that run as one batch, where the model has a mask for what fills it up."""


class Classifier(EncoderAdapter):
    """A text classifier; where it knows of no mask, each window runs alone."""

    tasks = ("sentiment",)
    backends = ("cpu", "cuda")
    needs = {"paddle": "nlptool[paddle]", "tokenizers": "nlptool"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.prepare(read_tokenizer(setup), read_config(setup))
        self.predictors = Predictors(setup)
        first = self.predictors.first
        asked = set(first.inputs)
        if "input_ids" not in asked or not asked <= INPUTS or len(first.outputs) != 1:
            raise ModelError(
                f"model {setup.model} is no text classifier: it makes "
                f"{', '.join(first.outputs)} of {', '.join(first.inputs)}"
            )
        self.together = TOGETHER if "attention_mask" in asked else 1

    def forward(self, windows: Sequence[Window]) -> list[Sequence[Floats]]:
        """The logits of each window."""
        starts = range(0, len(windows), self.together)
        groups = [windows[start : start + self.together] for start in starts]
        answers = [
            logits for (logits,) in self.predictors.run((_padded(group), None) for group in groups)
        ]
        for logits in answers:
            if logits.ndim != 2:
                raise ModelError(
                    f"model {self.setup.model} gives an array of shape {logits.shape}, "
                    "not logits (texts, labels)"
                )
        return [(row,) for logits in answers for row in logits]

    def close(self) -> None:
        """End the threads."""
        self.predictors.close()

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """An exported model that is not PaddleSeg's."""
        own = files.has("*.pdiparams") or files.has("*__model__")
        return "" if own and not files.has("deploy.yaml") else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA where the installed Paddle was built for it."""
        check_device(device)


def _padded(windows: Sequence[Window]) -> dict[str, NDArray[np.int64]]:
    """The inputs of a batch (windows, longest)."""
    import numpy as np

    shape = (len(windows), max(len(window.ids) for window in windows))
    given = {name: np.zeros(shape, np.int64) for name in INPUTS}
    for place, window in enumerate(windows):
        here = (place, slice(len(window.ids)))
        given["input_ids"][here] = window.ids
        given["token_type_ids"][here] = window.types
        given["attention_mask"][here] = 1
    return given
