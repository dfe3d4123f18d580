"""Segmentation by exported Paddle models, PaddleSeg's among them, on paddle.inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nlptool.adapter import Files, Setup

from ..paddle.predictor import Predictor, check_device
from .adapter import Segmenter

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PaddleSegmenter(Segmenter):
    """Pictures one after the other, each on all threads.

    Without oneDNN: in Paddle 3.3.1 it cannot run the interpolation of a network that was exported
    by Paddle 3 ("ConvertPirAttribute2RuntimeAttribute not support").
    """

    backends = ("cpu", "cuda")
    needs = {"paddle": "nlptool[paddle]"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.predictor = Predictor.open(setup, onednn=False)
        name = self.predictor.inputs[0]
        shape = self.predictor.predictor.get_input_handle(name).shape()
        if len(shape) == 4 and min(shape[2:]) > 0:
            self.fixed = (shape[2], shape[3])

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """An exported model; PaddleSeg's are known by their deploy.yaml."""
        if not files.has("*.pdiparams"):
            return None
        return "segment-image" if files.has("deploy.yaml") else ""

    def forward(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The first output."""
        return self.predictor.run([pixels])[0]

    @classmethod
    def check_device(cls, device: str) -> None:
        """DeviceError for a device that the installed Paddle cannot use."""
        check_device(device)
