"""Weights of a decoder by the names that transformers gives them, some rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from nlptool.errors import ModelError
from nlptool.gguf import BLOCKS, Gguf, Tensor

from .architecture import Architecture, architecture_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

EMBEDDING, HEAD, NORM = "model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"
TOP = {EMBEDDING: "token_embd.weight", HEAD: "output.weight", NORM: "output_norm.weight"}
PARTS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
GEMMA_PARTS = PARTS | {
    "pre_feedforward_layernorm": "ffn_norm",
    "post_attention_layernorm": "post_attention_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
"""Parts of a layer, and what llama.cpp calls them."""


class Weights(Protocol):
    """All of a model's weights, as numbers of 32 bits when they are asked for.

    ``rows`` are some rows of a matrix, all where none are named; ``vector`` is a norm or a bias.
    Both raise ModelError for a name that is not there.
    """

    architecture: Architecture

    def has(self, name: str) -> bool: ...
    def shape(self, name: str) -> tuple[int, ...]: ...
    def rows(self, name: str, which: Numbers | slice) -> Floats: ...
    def vector(self, name: str) -> Floats: ...


class GgufWeights:
    """Those of a GGUF file, whose blocks the library gguf unpacks.

    llama.cpp keeps the norms of Gemma with one added, and the queries and keys of Llama in another
    order; both are undone.
    """

    def __init__(self, gguf: Gguf) -> None:
        self.gguf = gguf
        self.architecture = architecture_of(gguf)
        self.parts: Mapping[str, str] = GEMMA_PARTS if self.architecture.gemma else PARTS

    def has(self, name: str) -> bool:
        """Whether the file has it."""
        return self._theirs(name) in self.gguf.tensors

    def shape(self, name: str) -> tuple[int, ...]:
        """Rows and columns, or the length of a vector."""
        return self._tensor(name).shape

    def rows(self, name: str, which: Numbers | slice) -> Floats:
        """Some rows of a matrix."""
        tensor = self._tensor(name)
        if len(tensor.shape) != 2:
            raise ModelError(f"{self.gguf.file}: {name} is no matrix")
        order = self._order(name, tensor.shape[0])
        return self._unpacked(tensor, order[which] if order is not None else which)

    def vector(self, name: str) -> Floats:
        """A norm or a bias."""
        tensor = self._tensor(name)
        if len(tensor.shape) != 1:
            raise ModelError(f"{self.gguf.file}: {name} is no vector")
        found = self._unpacked(tensor, slice(None)).reshape(-1)
        order = self._order(name, len(found))
        if order is not None:
            found = found[order]
        return found - 1 if self.architecture.gemma and name.endswith("norm.weight") else found

    def _theirs(self, name: str) -> str:
        if name in TOP:
            return TOP[name]
        layer, _, part = name.removeprefix("model.layers.").partition(".")
        part, _, kind = part.rpartition(".")
        return f"blk.{layer}.{self.parts[part]}.{kind}"

    def _tensor(self, name: str) -> Tensor:
        found = self.gguf.tensors.get(self._theirs(name))
        if found is None:
            raise ModelError(f"{self.gguf.file}: has no tensor {self._theirs(name)}")
        return found

    def _order(self, name: str, rows: int) -> Numbers | None:
        """The rows of Llama's queries and keys as transformers has them: halves, not pairs."""
        if self.architecture.name != "llama" or ("q_proj" not in name and "k_proj" not in name):
            return None
        heads = self.architecture.heads if "q_proj" in name else self.architecture.kv_heads
        if rows % (2 * heads):
            raise ModelError(f"{self.gguf.file}: {name} has {rows} rows for {heads} heads")
        order: Numbers = np.arange(rows).reshape(heads, -1, 2).swapaxes(1, 2).reshape(-1)
        return order

    def _unpacked(self, tensor: Tensor, which: Numbers | slice) -> Floats:
        from gguf import GGMLQuantizationType
        from gguf.quants import dequantize

        _, weights, size = BLOCKS[tensor.kind]
        width = tensor.shape[-1] // weights * size
        shape = (tensor.size // width, width)
        packed = np.memmap(self.gguf.file, np.uint8, "r", tensor.offset, shape)[which]
        kind = GGMLQuantizationType(tensor.kind)
        found: Floats = dequantize(np.array(packed), kind)
        return found
