"""The training loop: PaddleSeg's, with a moving average, checkpoints and exact resumption."""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import paddle
from paddleseg.core import infer

from nlptool.errors import InputError, ModelError, RecordError, one_line
from nlptool.plugins.trainer import MaskPlan, MaskScore, Metrics, Progress, Tick
from nlptool.tasks.picture import IGNORED

from . import checkpoint
from .parts import Parts

log = logging.getLogger(__name__)

LOSS_WINDOW = 20

Arrays = dict[str, Any]


class Loop:
    """One training; ``identity`` names it, so that no other goes on from its state."""

    def __init__(self, parts: Parts, plan: MaskPlan, folder: Path, identity: str) -> None:
        self.parts = parts
        self.model = parts.model
        self.plan = plan
        self.folder = folder
        self.identity = identity
        self.per_epoch = len(parts.train) // parts.batch
        self.step = 0
        self.losses: list[float] = []
        self.history: list[dict[str, float]] = []
        self.best_metrics: Metrics = {}
        self.best: Arrays = {}
        self.average: Arrays = {}

    def run(self, tick: Tick, score: MaskScore) -> Metrics:
        """All steps that are still to be done; the best weights are in the model afterwards, the
        last ones where there is nothing to evaluate on."""
        self._resume()
        writer = _visualdl(self.folder)
        while self.step < self.parts.iters:
            self._train(self._batch())
            metrics = None
            if self.step % self.plan.every == 0 or self.step == self.parts.iters:
                metrics = self._evaluate(score) if self.parts.val else None
                self._save()
            now = self._progress(metrics)
            tick(now)
            _write(writer, now)
        if self.best or self.average:
            self.model.set_state_dict(self.best or self.average)
        return self.best_metrics

    def _batch(self) -> tuple[Any, Any]:
        """The next pictures and masks. All chance in it hangs on the step alone, so that a run
        that goes on draws what it would have drawn."""
        epoch, place = divmod(self.step, self.per_epoch)
        order = np.random.default_rng([self.plan.seed, epoch]).permutation(len(self.parts.train))
        seed = int(np.random.default_rng([self.plan.seed, self.step, 1]).integers(1 << 31))
        random.seed(seed)
        np.random.seed(seed)
        paddle.seed(seed)
        size = self.parts.batch
        samples = [self._sample(self.parts.train, i) for i in order[place * size :][:size]]
        pictures = paddle.to_tensor(np.stack([sample["img"] for sample in samples]))
        masks = np.stack([sample["label"] for sample in samples]).astype(np.int64)
        return pictures, paddle.to_tensor(masks)

    def _sample(self, data: Any, index: int) -> dict[str, Any]:
        picture, mask = data.file_list[index]
        try:
            sample: dict[str, Any] = data[int(index)]
        except Exception as error:
            raise InputError(f"{picture} with {mask} cannot be used: {one_line(error)}") from error
        label = sample["label"]
        strange = label[(label != data.ignore_index) & (label >= data.num_classes)]
        if strange.size:
            raise InputError(
                f"{mask}: the value {strange[0]} is no class; there are 0 to "
                f"{data.num_classes - 1}, and {data.ignore_index} for what does not count"
            )
        return sample

    def _train(self, batch: tuple[Any, Any]) -> None:
        self.model.train()
        loss = self._loss(self.model(batch[0]), batch[1])
        value = float(loss)
        if not math.isfinite(value):
            raise ModelError(
                f"the loss is {value} at step {self.step + 1}; try a lower learning rate"
            )
        loss.backward()
        self.parts.optimizer.step()
        self.parts.optimizer.clear_grad()
        schedule = self.parts.optimizer._learning_rate
        if isinstance(schedule, paddle.optimizer.lr.LRScheduler):
            schedule.step()
        self.step += 1
        self.losses = [*self.losses, value][-LOSS_WINDOW:]
        if self.step % 10 == 0 or self.step == 1:
            self.history.append({"step": self.step, "loss": self._mean_loss()})
        if self.plan.average:
            self._move_average()

    def _loss(self, outputs: Any, masks: Any) -> Any:
        """The sum of each output's loss, weighted as the configuration says."""
        kinds, weights = self.parts.losses["types"], self.parts.losses["coef"]
        if len(outputs) != len(kinds):
            raise ModelError(
                f"the network has {len(outputs)} outputs in training, and loss.coef {len(kinds)}"
            )
        total: Any = 0
        try:
            for output, kind, weight in zip(outputs, kinds, weights, strict=True):
                found = kind(output, masks.clone())
                total += weight * (sum(found) if isinstance(found, list) else found)
        except (TypeError, RuntimeError) as error:
            name = type(kind).__name__
            raise ModelError(
                f"{name} of paddleseg does not run on paddle {paddle.__version__}: "
                f"{one_line(error)}"
            ) from error
        return total

    def _move_average(self) -> None:
        decay = min(self.plan.average, self.step / (10 + self.step))
        with paddle.no_grad():
            for name, value in self.model.state_dict().items():
                if name in self.average and paddle.is_floating_point(value):
                    self.average[name] = self.average[name] * decay + value * (1 - decay)
                else:
                    self.average[name] = value.clone()

    def _evaluate(self, score: MaskScore) -> Metrics:
        held = _copied(self.model.state_dict())
        if self.average:
            self.model.set_state_dict(self.average)
        self.model.eval()
        try:
            metrics = score(self.parts.val.num_classes, self._answers())
        except RecordError as error:
            raise InputError(f"the data to evaluate on: {error}") from error
        if metrics["miou"] > self.best_metrics.get("miou", -1.0):
            self.best, self.best_metrics = _copied(self.model.state_dict()), metrics
        self.model.set_state_dict(held)
        self.history.append({"step": self.step, "loss": self._mean_loss(), **metrics})
        return metrics

    def _answers(self) -> Iterator[tuple[Any, Any]]:
        """The true and the predicted class numbers of each picture to evaluate on."""
        looks = dict(self.parts.test_config)
        ask = infer.aug_inference if looks.pop("aug_eval", False) else infer.inference
        data = self.parts.val
        with paddle.no_grad():
            for index in range(len(data)):
                sample = self._sample(data, index)
                picture = paddle.to_tensor(sample["img"][None])
                found, _ = ask(self.model, picture, trans_info=sample["trans_info"], **looks)
                truth = sample["label"].reshape(sample["label"].shape[-2:])
                truth = np.where(truth == data.ignore_index, IGNORED, truth)
                yield truth, found.numpy()[0, 0]

    def _mean_loss(self) -> float:
        return sum(self.losses) / len(self.losses)

    def _progress(self, metrics: Metrics | None) -> Progress:
        rate = float(self.parts.optimizer.get_lr())
        epoch = self.step / self.per_epoch
        return Progress(self.step, self.parts.iters, epoch, self._mean_loss(), metrics, rate)

    def _save(self) -> None:
        optimizer = self.parts.optimizer.state_dict()
        facts = {name: getattr(self, name) for name in _FACTS}
        facts["schedule"] = optimizer.pop("LR_Scheduler", {})
        groups = {
            "model": self.model.state_dict(),
            "optimizer": {k: v for k, v in optimizer.items() if isinstance(v, paddle.Tensor)},
            "average": self.average,
            "best": self.best,
        }
        arrays = {group: {k: v.numpy() for k, v in of.items()} for group, of in groups.items()}
        checkpoint.save(self.folder, facts, arrays)

    def _resume(self) -> None:
        found = checkpoint.load(self.folder, self.identity)
        if found is None:
            return
        facts, groups = found
        schedule = facts.pop("schedule")
        for name, value in facts.items():
            setattr(self, name, value)
        tensors = {
            group: {name: paddle.to_tensor(value) for name, value in of.items()}
            for group, of in groups.items()
        }
        self.model.set_state_dict(tensors["model"])
        self.parts.optimizer.set_state_dict(
            tensors.get("optimizer", {}) | ({"LR_Scheduler": schedule} if schedule else {})
        )
        self.average, self.best = tensors.get("average", {}), tensors.get("best", {})
        log.info("going on after step %d", self.step)


_FACTS = ("identity", "step", "losses", "history", "best_metrics")


def _copied(state: Arrays) -> Arrays:
    return {name: value.clone() for name, value in state.items()}


def _visualdl(folder: Path) -> Any:
    """A writer of VisualDL's logs, where it is installed."""
    with suppress(ImportError):
        from visualdl import LogWriter

        return LogWriter(str(folder / "visualdl"))
    return None


def _write(writer: Any, now: Progress) -> None:
    if writer:
        writer.add_scalar("Train/loss", now.loss, now.step)
        writer.add_scalar("Train/lr", now.rate, now.step)
        for name, value in (now.metrics or {}).items():
            writer.add_scalar(f"Evaluate/{name}", value, now.step)
