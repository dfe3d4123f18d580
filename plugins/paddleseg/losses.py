"""Losses of PaddleSeg 2.8 that Paddle 3 refuses: they multiply integers with floats, or change
what gradients still need."""

from __future__ import annotations

from typing import Any

import paddle
from paddle.nn import functional
from paddleseg.models import losses

Tensor = Any


class CrossEntropyLoss(losses.CrossEntropyLoss):  # type: ignore[misc]
    """The mean over all pixels that count, each weighted as its class is."""

    def _post_process_loss(
        self, logit: Tensor, label: Tensor, semantic_weights: Tensor | None, loss: Tensor
    ) -> Tensor:
        counted = (label != self.ignore_index).astype("float32")
        weights = counted
        if self.weight is not None:
            known = paddle.where(label == self.ignore_index, paddle.zeros_like(label), label)
            weights = counted * paddle.gather(self.weight, known.flatten()).reshape(label.shape)
        loss = loss.reshape(label.shape) * counted
        if semantic_weights is not None:
            loss = loss * semantic_weights
        if not self.avg_non_ignore:
            weights = paddle.ones_like(weights)
        if self.top_k_percent_pixels < 1:
            count = max(1, int(self.top_k_percent_pixels * loss.size))
            loss, worst = paddle.topk(loss.flatten(), count)
            weights = paddle.gather(weights.flatten(), worst)
        return loss.mean() / (weights.mean() + self.EPS)


class OhemCrossEntropyLoss(losses.OhemCrossEntropyLoss):  # type: ignore[misc]
    """The mean over the pixels whose true class has a probability below ``thresh``, and at least
    over the ``min_kept`` hardest ones."""

    def forward(self, logit: Tensor, label: Tensor) -> Tensor:
        """The loss of logits (pictures, classes, height, width)."""
        label = label.reshape([-1]).astype("int64")
        rows = logit.transpose([0, 2, 3, 1]).reshape([label.shape[0], -1])
        loss = functional.cross_entropy(
            rows, label, ignore_index=self.ignore_index, reduction="none"
        )
        counted = label != self.ignore_index
        sure = paddle.exp(-loss.detach())
        hard = paddle.where(counted, sure, paddle.ones_like(sure))
        limit = paddle.to_tensor(self.thresh)
        if self.min_kept > 0:
            kth = paddle.sort(hard)[min(hard.shape[0], self.min_kept) - 1]
            limit = paddle.maximum(limit, kth)
        kept = paddle.logical_and(counted, hard <= limit).astype("float32")
        return (loss * kept).sum() / (kept.sum() + self.EPS)


class DiceLoss(losses.DiceLoss):  # type: ignore[misc]
    """One less the Dice coefficient of each class in each picture, on average."""

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The loss of logits (pictures, classes, height, width)."""
        counted = (labels != self.ignore_index).astype("float32").unsqueeze(1)
        known = paddle.where(labels == self.ignore_index, paddle.zeros_like(labels), labels)
        true = functional.one_hot(known, logits.shape[1]).transpose([0, 3, 1, 2]) * counted
        found = functional.softmax(logits, axis=1) * counted
        both, all_ = (true * found).sum([2, 3]), (true + found).sum([2, 3])
        loss = (1 - (2 * both + self.smooth) / (all_ + self.smooth + self.eps)).mean(0)
        return (loss * paddle.to_tensor(self.weight) if self.weight else loss).mean()


REPAIRED = {kind.__name__: kind for kind in (CrossEntropyLoss, OhemCrossEntropyLoss, DiceLoss)}
