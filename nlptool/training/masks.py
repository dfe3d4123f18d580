"""A whole training of a model for pictures: an empty folder, a trainer, its figures kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nlptool.config.registry import Backend
from nlptool.models import device
from nlptool.plugins.makers import mask_trainer
from nlptool.plugins.trainer import MaskPlan, Metrics, Tick
from nlptool.training.finetune import check_output, keep_figures


def train_masks(plan: MaskPlan, output: Path, wish: str, resume: bool, tick: Tick) -> Metrics:
    """Train into a folder; the figures are also in its metrics.json."""
    from nlptool.tasks.scoring.masks import score_masks

    check_output(output, resume)
    trainer = mask_trainer()
    backends = [("cuda", Backend("cuda")), ("cpu", Backend("cpu"))]
    where = device.choose(backends, wish, trainer.check_device).device
    plan = msgspec.structs.replace(plan, device=where)
    metrics = trainer.train(plan, output, score=score_masks, tick=tick)
    keep_figures(output, {"metrics": metrics, "plan": plan})
    return metrics
