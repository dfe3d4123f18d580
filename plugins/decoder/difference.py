"""Weights that differ from their base by little: fewer tokens, a taught difference.

A **vocabulary** is a tokenizer with some of the base's tokens, in the base's order. A **delta** has
for every matrix ``NAME.levels`` and ``NAME.scale``: groups along a row share a scale (float16),
each weight a level of 2 or 3 bits, packed little end first; level i of n stands for
(i - n/2 + 1/2) * scale. Vectors stand there whole, as ``NAME``. A **LoRA** has ``LAYER.PART.a``
(rank x columns) and ``LAYER.PART.b`` (rows x rank), and adds alpha / rank * b a; each is float16,
or ``.levels`` (int8) with a ``.scale`` (float16) for every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from nlptool.errors import ModelError, one_line

from .tokenizer import SPACE
from .weights import EMBEDDING, HEAD, Floats, Numbers, Weights

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")


class Pruned:
    """The base with the embeddings of some tokens only."""

    def __init__(self, base: Weights, kept: Numbers) -> None:
        self.base, self.kept = base, kept
        self.architecture = replace(base.architecture, vocabulary=len(kept))
        self.has, self.vector = base.has, base.vector

    def shape(self, name: str) -> tuple[int, ...]:
        """As the base's, with fewer rows of the embeddings."""
        shape = self.base.shape(name)
        return (len(self.kept), *shape[1:]) if name in (EMBEDDING, HEAD) else shape

    def rows(self, name: str, which: Numbers | slice) -> Floats:
        """The rows of the tokens that are kept."""
        return self.base.rows(name, self.kept[which] if name in (EMBEDDING, HEAD) else which)


def kept_of(base: Sequence[str], kept: Sequence[str], file: Path) -> Numbers:
    """Where the tokens that are kept stand in the base's vocabulary.

    llama.cpp writes runs of spaces as such, transformers with sentencepiece's sign for a space.
    """
    at = {token: number for number, token in enumerate(base)}
    places = [at.get(token, at.get(token.replace(SPACE, " "), -1)) for token in kept]
    found = np.array(places, np.int64)
    if len(found) == 0 or found[0] < 0 or (np.diff(found) <= 0).any():
        raise ModelError(f"{file}: its tokens are not some of the base's, in the same order")
    return found


class Delta:
    """The base and a difference of few bits a weight."""

    def __init__(self, base: Weights, file: Path) -> None:
        self.base, self.file = base, _Tensors(file)
        self.architecture = base.architecture
        self.has, self.shape = base.has, base.shape
        self.bits = int(self.file.metadata.get("bits", 0))
        if self.bits not in (2, 3):
            raise ModelError(f"{file}: no difference of 2 or 3 bits a weight")

    def rows(self, name: str, which: Numbers | slice) -> Floats:
        """The base's rows, each moved by its levels."""
        rows = self.base.rows(name, which)
        levels = self.file.get(f"{name}.levels", np.uint8)
        if levels is None:
            return rows
        scale = self.file.get(f"{name}.scale", np.float16)
        each, (count, columns) = 8 // self.bits, self.shape(name)
        if (
            scale is None
            or levels.shape != (count, -(-columns // each))
            or scale.ndim != 2
            or len(scale) != count
            or scale.shape[1] == 0
            or columns % scale.shape[1]
        ):
            raise ModelError(f"{self.file.file}: {name} does not fit the base")
        shifts = np.arange(each, dtype=np.uint8) * self.bits
        values = (levels[which, :, None] >> shifts) & (2**self.bits - 1)
        moved = values.reshape(len(rows), -1)[:, :columns].astype(np.float32)
        moved -= 2 ** (self.bits - 1) - 0.5
        grouped = moved.reshape(*scale[which].shape, -1)
        grouped *= scale[which, :, None].astype(np.float32)
        rows += moved
        return rows

    def vector(self, name: str) -> Floats:
        """The difference's own vector, or the base's where it has none."""
        vector = self.base.vector(name)
        found = self.file.get(name, np.float32)
        if found is None:
            return vector
        if found.shape != vector.shape:
            raise ModelError(f"{self.file.file}: {name} does not fit the base")
        return np.asarray(found, np.float32)


class Lora:
    """The base and a difference of low rank."""

    def __init__(self, base: Weights, file: Path) -> None:
        self.base, self.file = base, _Tensors(file)
        self.architecture = base.architecture
        self.has, self.shape, self.vector = base.has, base.shape, base.vector
        try:
            self.scale = float(self.file.metadata["alpha"]) / float(self.file.metadata["rank"])
        except (KeyError, ValueError, ZeroDivisionError) as error:
            raise ModelError(f"{file}: does not tell its rank and its alpha") from error

    def rows(self, name: str, which: Numbers | slice) -> Floats:
        """The base's rows and their part of the product."""
        rows = self.base.rows(name, which)
        layer, _, part = name.removeprefix("model.layers.").partition(".")
        key = f"{layer}.{part.removesuffix('.weight').partition('.')[2]}"
        a, b = self._side(f"{key}.a"), self._side(f"{key}.b")
        if a is None or b is None:
            return rows
        count, columns = self.shape(name)
        if a.ndim != 2 or b.shape != (count, len(a)) or a.shape[1] != columns:
            raise ModelError(f"{self.file.file}: {key} does not fit the base")
        rows += self.scale * (b[which] @ a)
        return rows

    def _side(self, name: str) -> Floats | None:
        whole = self.file.get(name, np.float16)
        levels = self.file.get(f"{name}.levels", np.int8)
        scale = self.file.get(f"{name}.scale", np.float16)
        if levels is None or scale is None:
            return None if whole is None else whole.astype(np.float32)
        if scale.shape != levels.shape[:1]:
            raise ModelError(f"{self.file.file}: {name} has {scale.shape} scales")
        product: Floats = levels.astype(np.float32) * scale[:, None].astype(np.float32)
        return product


class _Tensors:
    """A safetensors file, of which one tensor at a time is in memory."""

    def __init__(self, file: Path) -> None:
        from safetensors import SafetensorError, safe_open

        self.file = file
        try:
            self.opened = cast(Any, safe_open(file, "np"))
        except (OSError, SafetensorError) as error:
            raise ModelError(f"{file}: {one_line(error)}") from error
        self.metadata: dict[str, str] = self.opened.metadata() or {}
        self.names = frozenset(self.opened.keys())

    def get(self, name: str, kind: type[np.generic]) -> np.ndarray | None:
        """A tensor, None where there is none; ModelError where it is of another kind."""
        if name not in self.names:
            return None
        found: np.ndarray = self.opened.get_tensor(name)
        if found.dtype != kind:
            raise ModelError(f"{self.file}: {name} is of the kind {found.dtype}")
        return found
