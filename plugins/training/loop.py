"""The training loop: AdamW, warm-up and linear decay, checkpoints, early stop."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nlptool.errors import ModelError
from nlptool.plugins.trainer import Metrics, Plan, Progress, Score, Tick

from . import checkpoint
from .batches import shuffled
from .checkpoint import Weights, copied, put, trained
from .head import Feed, Head

log = logging.getLogger(__name__)

CLIP = 1.0
LOSS_WINDOW = 50


class Loop:
    """One run; ``identity`` names data and plan, so that no other run goes on from its state."""

    def __init__(
        self, model: Any, head: Head, feed: Feed, plan: Plan, *, folder: Path, identity: str
    ) -> None:
        import torch

        self.model = model
        self.head = head
        self.feed = feed
        self.plan = plan
        self.metric = plan.metric
        self.folder = folder
        self.identity = identity
        self.per_epoch = math.ceil(len(head.items) / plan.batch_size)
        self.steps = max(1, round(self.per_epoch * plan.epochs))
        self.every = max(1, round(self.per_epoch / plan.evaluations))
        self.weights = trained(model)
        self.optimizer = torch.optim.AdamW(_groups(self.weights, plan.weight_decay), fused=True)
        self.step = 0
        self.losses: list[float] = []
        self.history: list[dict[str, float]] = []
        self.average = copied(self.weights) if plan.average else self.weights
        self.best: Weights | None = None
        self.best_metrics: Metrics = {}
        self.best_step = 0

    def run(self, tick: Tick, score: Score | None) -> Metrics:
        """All steps that are still to be done; the best weights are in the model afterwards, the
        last ones without a ``score``."""
        import torch

        torch.manual_seed(self.plan.seed)
        self._resume()
        for batch in self._batches():
            self._train(batch)
            last = self.step == self.steps
            metrics = None
            if score and (self.step % self.every == 0 or last):
                metrics = self._evaluate(score)
            tick(self._progress(metrics))
            stopping = self._stalled()
            if self.step % self.plan.save_steps == 0 or stopping or last:
                checkpoint.save(self.folder, self._state())
            if stopping:
                log.info("no better %s for %d evaluations", self.metric, self.plan.patience)
                break
        put(self.model, self.best or self.average)
        return self.best_metrics

    def _batches(self) -> Iterator[Sequence[int]]:
        lengths = [(len(item.ids), len(item.target)) for item in self.head.items]
        while self.step < self.steps and not self._stalled():
            epoch, place = divmod(self.step, self.per_epoch)
            order = shuffled(lengths, self.plan.batch_size, self.plan.seed, epoch)
            yield from order[place : place + self.steps - self.step]

    def _train(self, batch: Sequence[int]) -> None:
        import torch

        items = [self.head.items[index] for index in batch]
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate * self._share()
        self.model.train()
        kind = torch.device(self.feed.device).type
        half = self.plan.precision == "bfloat16"
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=half):
            inputs, targets = self.feed.inputs(items), self.feed.targets(items)
            loss = self.head.loss(self.model, inputs, targets, self.plan.label_smoothing)
        value = loss.item()
        if not math.isfinite(value):
            raise ModelError(f"the loss is {value} at step {self.step + 1}; try a lower --rate")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self.weights.values()), CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        self.losses = [*self.losses, value][-LOSS_WINDOW:]
        if self.step % 10 == 0 or self.step == 1:
            self.history.append({"step": self.step, "loss": self.mean_loss})
        if self.plan.average:
            decay = min(self.plan.average, self.step / (10 + self.step))
            now = list(self.weights.values())
            with torch.no_grad():
                torch._foreach_lerp_(list(self.average.values()), now, 1 - decay)

    def _share(self) -> float:
        """The share of the peak rate for the next step: up over the warm-up, then down to 0."""
        warm = max(1, round(self.steps * self.plan.warmup))
        if self.step < warm:
            return (self.step + 1) / warm
        return (self.steps - self.step) / max(1, self.steps - warm)

    def _evaluate(self, score: Score) -> Metrics:
        held = copied(self.weights) if self.plan.average else None
        if held:
            put(self.model, self.average)
        metrics = score(self.head.answer(self.model, self.feed))
        if metrics[self.metric] > self.best_metrics.get(self.metric, -1.0):
            self.best, self.best_metrics = copied(self.average), metrics
            self.best_step = self.step
        if held:
            put(self.model, held)
        self.history.append({"step": self.step, "loss": self.mean_loss, **metrics})
        return metrics

    def _stalled(self) -> bool:
        waited = (self.step - self.best_step) // self.every
        return self.plan.patience > 0 and self.best is not None and waited >= self.plan.patience

    @property
    def mean_loss(self) -> float:
        """The mean of the last losses."""
        return sum(self.losses) / len(self.losses)

    def _progress(self, metrics: Metrics | None) -> Progress:
        epoch = self.step / self.per_epoch
        return Progress(self.step, self.steps, epoch, self.mean_loss, metrics)

    def _state(self) -> dict[str, Any]:
        import torch

        kept = ("identity", "step", "losses", "history", "best", "best_metrics", "best_step")
        return {
            **{name: getattr(self, name) for name in kept},
            "weights": self.weights,
            "average": self.average if self.plan.average else {},
            "optimizer": self.optimizer.state_dict(),
            "dice": _dice(torch.device(self.feed.device).type).get_rng_state(),
        }

    def _resume(self) -> None:
        import torch

        state = checkpoint.load(self.folder, self.identity)
        if state is None:
            return
        put(self.model, state.pop("weights"))
        for name, weight in state.pop("average").items():
            self.average[name].copy_(weight)
        self.optimizer.load_state_dict(state.pop("optimizer"))
        _dice(torch.device(self.feed.device).type).set_rng_state(state.pop("dice"))
        vars(self).update(state)
        log.info("going on after step %d of %d", self.step, self.steps)


def _dice(kind: str) -> Any:
    """The module whose random numbers dropout takes."""
    import torch

    return torch.cuda if kind == "cuda" else torch.random


def _groups(weights: Weights, decay: float) -> list[dict[str, Any]]:
    """Weight decay for matrices, none for biases and norms."""
    matrices = [weight for weight in weights.values() if weight.ndim > 1]
    others = [weight for weight in weights.values() if weight.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
