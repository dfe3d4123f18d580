"""What a decoder is made of, as a GGUF file's metadata tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nlptool.errors import ModelError
from nlptool.gguf import Gguf

KNOWN = ("llama", "qwen2", "qwen3", "gemma3")
GEMMA_GLOBAL, GEMMA_LOCAL_BASE = 6, 10_000.0
"""Every sixth layer of Gemma 3 sees everything; the others a window, and turn by this base."""
MOST = 1 << 24
"""No width and no number of layers or heads is larger."""


@dataclass(frozen=True)
class Architecture:
    """``hidden``, ``inner`` and ``head`` are widths; ``context`` is in tokens. Gemma's is what its
    local layers see: CTranslate2 (4.8) takes no prompt that is longer, and up to there all layers
    see everything."""

    name: str
    layers: int
    hidden: int
    inner: int
    heads: int
    kv_heads: int
    head: int
    vocabulary: int
    context: int
    epsilon: float
    rope_base: float

    @property
    def gemma(self) -> bool:
        """Whether norms stand on both sides of a layer's parts and embeddings are scaled."""
        return self.name == "gemma3"

    @property
    def head_norms(self) -> bool:
        """Whether queries and keys are normalised."""
        return self.name in ("gemma3", "qwen3")

    def turns_by(self, layer: int) -> float:
        """The base of a layer's rotary positions."""
        local = self.gemma and (layer + 1) % GEMMA_GLOBAL
        return GEMMA_LOCAL_BASE if local else self.rope_base


def architecture_of(gguf: Gguf) -> Architecture:
    """ModelError where it is none of KNOWN, or has what they are not known to have."""
    name = gguf.get("general.architecture", str)
    if name not in KNOWN:
        raise ModelError(f"{gguf.file}: the architecture {name} is none of {', '.join(KNOWN)}")
    scaling = gguf.metadata.get(f"{name}.rope.scaling.type", "none")
    if scaling != "none" or "rope_freqs.weight" in gguf.tensors:
        raise ModelError(f"{gguf.file}: scaled rotary positions are not supported")

    def count(key: str, default: Any = None) -> int:
        found: int = gguf.get(f"{name}.{key}", int, default)
        if not 0 < found <= MOST:
            raise ModelError(f"{gguf.file}: {name}.{key} is {found}")
        return found

    hidden, heads = count("embedding_length"), count("attention.head_count")
    embedding = gguf.tensors.get("token_embd.weight")
    if embedding is None:
        raise ModelError(f"{gguf.file}: has no tensor token_embd.weight")
    layers = count("block_count")
    if f"blk.{layers - 1}.attn_q.weight" not in gguf.tensors:
        raise ModelError(f"{gguf.file}: has not the tensors of {layers} layers")
    return Architecture(
        name=name,
        layers=layers,
        hidden=hidden,
        inner=count("feed_forward_length"),
        heads=heads,
        kv_heads=count("attention.head_count_kv", heads),
        head=count("attention.key_length", max(1, hidden // heads)),
        vocabulary=embedding.shape[0],
        context=min(count("context_length"), count("attention.sliding_window", MOST)),
        epsilon=float(gguf.get(f"{name}.attention.layer_norm_rms_epsilon", float)),
        rope_base=float(gguf.get(f"{name}.rope.freq_base", float, 10_000.0)),
    )
