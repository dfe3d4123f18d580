"""Sentiment and question answering from an ONNX folder, by onnxruntime and tokenizers.

The folder of a model holds:

``model.onnx``
    Inputs ``input_ids`` and ``attention_mask``, and ``token_type_ids`` where the model takes them:
    int64, (batch, sequence), both free. Outputs, float32: ``logits`` (batch, labels) for sentiment;
    ``start_logits`` and ``end_logits`` (batch, sequence) for qa. Weights may lie in files beside it
    (ONNX external data).
``tokenizer.json``
    Of the library tokenizers, with its post-processor (``[CLS]`` and the like), truncation and
    padding off.
``config.json``
    As transformers writes it; read are ``id2label`` (its numbers are the order of the logits),
    ``problem_type`` (``multi_label_classification``: a sigmoid a label), ``pad_token_id``,
    ``model_type`` and ``max_position_embeddings``.

Files of the same content need to be on disk only once: models.yaml may take them from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Files, Setup
from nlptool.errors import ModelError

from .encoders.adapter import OUTPUTS, EncoderAdapter
from .encoders.folder import read_config, read_tokenizer
from .encoders.windows import Window
from .heads import own_task, task_of
from .onnx_graph import results_of, with_outputs
from .processors import processors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


BESIDE = "session.model_external_initializers_file_folder_path"
"""Where onnxruntime finds weights of a model that it gets as bytes."""


def _opened(file: Path) -> tuple[bytes, tuple[str, ...]]:
    """A model with its softmaxes as outputs, and their names: attention weights come out of one."""
    model = file.read_bytes()
    names = results_of(model, "Softmax")
    if not names:
        raise ModelError(f"{file}: has no softmax that could give attention weights")
    return with_outputs(model, names), tuple(names)


class Onnx(EncoderAdapter):
    """An ONNX model on the CPU.

    Each window runs alone, on one thread, several side by side. No padding is computed, and an
    answer does not depend on its neighbours, which in a batch it does: dynamic quantisation takes
    the scale of the activations from all of a batch.
    """

    backends = ("cpu", "cuda")
    needs = {"onnxruntime": "nlptool", "tokenizers": "nlptool"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import onnxruntime

        self.threads = setup.threads or processors()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        file = setup.file("model.onnx")
        model: str | bytes = str(file)
        self.outputs = OUTPUTS.get(setup.task, ())
        if setup.task == "attention":
            model, self.outputs = _opened(file)
            options.add_session_config_entry(BESIDE, str(file.parent))
        self.session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        self.inputs = {given.name for given in self.session.get_inputs()}
        there = [given.name for given in self.session.get_outputs()]
        if not set(self.outputs) <= set(there):
            raise ModelError(
                f"model {setup.model} is not for {setup.task}: model.onnx gives "
                f"{', '.join(there)}, not {' and '.join(self.outputs)}"
            )
        self.prepare(read_tokenizer(setup), read_config(setup))
        self.pool = ThreadPoolExecutor(self.threads)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """An exported model with its tokenizer, or with its config.json."""
        own = files.has("model.onnx", "config.json") or files.has("*.onnx", "*tokenizer.json")
        return own_task(task_of(files), cls.tasks) if own else None

    def forward(self, windows: Sequence[Window]) -> list[Sequence[Floats]]:
        """Every window's outputs, the pool's threads taking the next one as they are free."""
        return list(self.pool.map(self._run, windows))

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()

    def _run(self, window: Window) -> Sequence[Floats]:
        import numpy as np

        ids = np.array([window.ids])
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.array([window.types]),
        }
        fed = {name: given[name] for name in self.inputs}
        return [output[0] for output in self.session.run(self.outputs, fed)]
