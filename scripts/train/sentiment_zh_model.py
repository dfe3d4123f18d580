"""The network of sentiment-zh: characters and hashed n-grams, two convolutions, attention.

Joulin et al. 2016 (hashed n-grams), Kim 2014 (convolution and the maximum over time), as in the
classifiers of Baidu's Senta; here in one network, small enough for one core.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
from paddle import nn
from paddle.nn import functional

BUCKETS = 65_521
"""Rows of a table of n-grams: a prime."""
MIX = (7_919, 50_021)
"""What the ids of an n-gram's second and third character are multiplied by, to be added."""
SIZES = (64, 48, 16)
"""Numbers that tell a character, a pair, a triple."""
WIDTH = 128


def highest(given: Any) -> Any:
    """The maximum over time by a road whose gradient is quick on a CPU, as that of max is not."""
    places = given.detach().argmax(1, keepdim=True)
    return paddle.take_along_axis(given, places, 1).squeeze(1)


class Table(nn.Layer):
    """An embedding in float32, or, once ``freeze`` was called, in int8 with a scale a column."""

    def __init__(self, rows: int, size: int) -> None:
        super().__init__()
        start = nn.initializer.Normal(std=0.1)
        self.weight = self.create_parameter([rows, size], default_initializer=start)
        self.frozen = False

    def freeze(self) -> None:
        """Round the weights to 8 bits."""
        weight = self.weight.numpy()
        scale = np.abs(weight).max(0) / 127
        self.register_buffer("bytes", paddle.to_tensor(np.rint(weight / scale).astype(np.int8)))
        self.register_buffer("scale", paddle.to_tensor(scale.astype(np.float32)))
        self.frozen = True
        del self.weight

    def forward(self, ids: Any) -> Any:
        """(batch, sequence) to (batch, sequence, size)."""
        if not self.frozen:
            return functional.embedding(ids, self.weight)
        flat = paddle.gather(self.bytes, ids.reshape([-1]))
        found = flat.astype("float32") * self.scale
        return found.reshape([ids.shape[0], ids.shape[1], self.scale.shape[0]])


class Convolution(nn.Layer):
    """A window of three characters, ``step`` apart, as one product."""

    def __init__(self, size: int, width: int, step: int) -> None:
        super().__init__()
        self.step = step
        self.product = nn.Linear(3 * size, width)

    def forward(self, given: Any, mask: Any) -> Any:
        """(batch, sequence, size) to (batch, sequence, width), zero where the mask is."""
        blank = paddle.zeros_like(given[:, :1])
        edge = paddle.concat([blank] * self.step, axis=1)
        padded = paddle.concat([edge, given, edge], axis=1)
        before, after = padded[:, : -2 * self.step], padded[:, 2 * self.step :]
        found = self.product(paddle.concat([before, given, after], axis=-1))
        return functional.relu(found) * mask


class Network(nn.Layer):
    """``input_ids`` and ``attention_mask``, int64 (batch, sequence), to logits (batch, 2)."""

    def __init__(self, characters: int, dropout: float = 0.4) -> None:
        super().__init__()
        rows = (characters, BUCKETS, BUCKETS)
        self.tables = nn.LayerList([Table(*shape) for shape in zip(rows, SIZES, strict=True)])
        self.near = Convolution(sum(SIZES), WIDTH, 1)
        self.far = Convolution(WIDTH, WIDTH, 2)
        self.weigh = nn.Linear(WIDTH, 1)
        self.dropout = nn.Dropout(dropout)
        self.judge = nn.Linear(2 * WIDTH + sum(SIZES), 2)

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        """The logits."""
        mask = attention_mask.astype("float32").unsqueeze(-1)
        blank = paddle.zeros_like(input_ids[:, :1])
        grams, given = [input_ids], input_ids
        total = input_ids
        for factor in MIX:
            given = paddle.concat([given[:, 1:], blank], axis=1)
            # a plain number would be multiplied in float32 by the ONNX that is made of this
            total = total + given * paddle.full([1], factor, "int64")
            grams.append(total % BUCKETS)
        parts = [table(grams[number]) for number, table in enumerate(self.tables)]
        found = paddle.concat(parts, axis=-1) * mask
        plain = self.dropout(found)
        near = self.near(plain, mask)
        deep = near + self.far(self.dropout(near), mask)
        weights = functional.softmax(self.weigh(deep) + (mask - 1) * 1e4, axis=1)
        top = highest(deep) if self.training else deep.max(1)
        seen = [(deep * weights).sum(1), top, found.sum(1) / mask.sum(1)]
        return self.judge(self.dropout(paddle.concat(seen, axis=-1)))
