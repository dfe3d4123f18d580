"""Segmentation by ONNX models, on onnxruntime."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Files, Setup

from ..heads import own_task, task_of
from ..processors import processors
from .adapter import Segmenter

if TYPE_CHECKING:
    from numpy.typing import NDArray


class OnnxSegmenter(Segmenter):
    """Pictures side by side, each on one thread."""

    needs = {"onnxruntime": "nlptool"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            str(setup.file("model.onnx")), options, providers=["CPUExecutionProvider"]
        )
        (given, *_) = self.session.get_inputs()
        self.name = given.name
        height, width = given.shape[2:]
        self.fixed = (height, width) if isinstance(height, int) and isinstance(width, int) else None
        self.pool = ThreadPoolExecutor(setup.threads or processors())
        self.map = self.pool.map

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """An exported model with its config.json."""
        own = files.has("model.onnx", "config.json")
        return own_task(task_of(files), cls.tasks) if own else None

    def forward(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The first output."""
        output: NDArray[Any] = self.session.run(None, {self.name: pixels})[0]
        return output

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()
