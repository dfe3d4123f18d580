"""Training of models for segment-image by PaddleSeg's networks, losses, data and transforms."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path

from nlptool.errors import ModelError
from nlptool.plugins.trainer import MaskPlan, MaskScore, MaskTrainer, Metrics, Tick

from ..paddle.predictor import check_device, import_paddle

log = logging.getLogger(__name__)

EXTRA = "nlptool[segment-train]"
VERSION = "2.8.0"
CURVES = "curves.png"


class PaddleSegTrainer(MaskTrainer):
    """Trains what a PaddleSeg configuration describes, or a network of its own choice on a folder.

    PaddleSeg's own loop does not run on Paddle 3; the parts that it is made of do.
    """

    needs = {
        "paddle": EXTRA,
        "paddle2onnx": EXTRA,
        "cv2": "nlptool[segment-train]",
        "scipy": EXTRA,
        "tqdm": EXTRA,
        "sklearn": EXTRA,
        "matplotlib": EXTRA,
    }

    def check_device(self, device: str) -> None:
        """DeviceError for a device that the installed Paddle cannot use."""
        check_device(device)

    def train(self, plan: MaskPlan, output: Path, *, score: MaskScore, tick: Tick) -> Metrics:
        """Train; see the contract."""
        if importlib.util.find_spec("paddleseg") is None:
            raise ModelError(
                "paddleseg is not installed; what it asks for is too old for Paddle 3, so "
                f"install it alone, with: pip install --no-deps paddleseg=={VERSION}"
            )
        paddle = import_paddle()
        paddle.set_device(plan.device.replace("cuda", "gpu"))
        paddle.seed(plan.seed)

        from ..training.curves import draw
        from . import checkpoint
        from .config import read
        from .export import export
        from .loop import Loop
        from .parts import build

        config = read(plan)
        parts = build(config, plan)
        loop = Loop(parts, plan, output, checkpoint.identity(config, plan))
        metrics = loop.run(tick, score)
        export(parts.model, config, plan.labels, output)
        draw(loop.history, "miou", output / CURVES)
        checkpoint.remove(output)
        return metrics
