"""A decoder in torch, made of a GGUF file's weights, that learns a difference from them.

Qwen 2 and Gemma 3; sequences shorter than Gemma's window, so that every layer sees everything.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from nlptool_plugins.decoder.weights import EMBEDDING, HEAD, NORM, Weights
from torch import Tensor, nn
from torch.nn import functional

GROUP = 64
STEPS = {2: 0.9957, 3: 0.586}
"""Optimum steps of uniform quantisers of a normal variable, in its deviations: Max 1960."""


def fewer_bits(difference: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """Levels (0 .. 2**bits - 1, as the difference is shaped) and scales (float16, one a group of
    64 along a row) of a matrix, as nlptool_plugins.decoder.difference.Delta reads them."""
    rows, half = len(difference), 2 ** (bits - 1)
    grouped = difference.float().reshape(rows, -1, GROUP)
    scale = (STEPS[bits] * grouped.square().mean(-1).sqrt()).half()
    steps = torch.where(scale == 0, 1, scale).float()[..., None]
    levels = torch.clamp(torch.round(grouped / steps - 0.5), -half, half - 1) + half
    return levels.reshape(difference.shape), scale


def of_levels(levels: Tensor, scale: Tensor, bits: int) -> Tensor:
    """The difference that such levels stand for."""
    grouped = levels.reshape(*scale.shape, GROUP) - (2 ** (bits - 1) - 0.5)
    return (grouped * scale.float()[..., None]).reshape(levels.shape)


class Matrix(nn.Module):
    """A matrix of the base with what it learns.

    With a rank: the base stays in bfloat16, ``a`` (rank x columns) and ``b`` (rows x rank) are
    learnt. Without: every weight is, in float32; with ``bits`` it is used as it will be packed, and
    learns as if it were not (Bengio et al. 2013, straight through).
    """

    bits = 0

    def __init__(self, base: Tensor, bias: Tensor | None, rank: int, alpha: float) -> None:
        super().__init__()
        self.register_buffer("base", base.to(torch.bfloat16 if rank else torch.float32))
        self.register_buffer("bias", bias)
        self.scale = alpha / rank if rank else 0.0
        if rank:
            columns = base.shape[1]
            start = torch.randn(rank, columns, device=base.device) / math.sqrt(columns)
            self.a = nn.Parameter(start)
            self.b = nn.Parameter(torch.zeros(len(base), rank, device=base.device))
        else:
            self.whole = nn.Parameter(self.base.clone())

    def weight(self) -> Tensor:
        """All of it, in bfloat16."""
        if self.scale:
            return self.base
        if not self.bits:
            return self.whole.bfloat16()
        with torch.no_grad():
            coarse = of_levels(*fewer_bits(self.whole - self.base, self.bits), self.bits)
            error = self.base + coarse - self.whole
        return (self.whole + error).bfloat16()

    def forward(self, x: Tensor) -> Tensor:
        found = functional.linear(x, self.weight(), self.bias)
        if self.scale:
            down = functional.linear(x, self.a.to(x.dtype))
            found = found + functional.linear(down, (self.scale * self.b).to(x.dtype))
        return found


class Layer(nn.Module):
    """Attention and what follows it."""

    def __init__(self, number: int, weights: Weights, make: Any, vector: Any) -> None:
        super().__init__()
        self.of = of = weights.architecture
        parts = [f"self_attn.{side}_proj" for side in "qkvo"]
        parts += [f"mlp.{part}_proj" for part in ("gate", "up", "down")]
        for part in parts:
            setattr(self, part.split(".")[1][:-5], make(f"model.layers.{number}.{part}"))
        names = ["input_layernorm", "post_attention_layernorm"]
        if of.gemma:
            names += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
        if of.head_norms:
            names += ["self_attn.q_norm", "self_attn.k_norm"]
        self.norms = nn.ParameterDict(
            {
                name.removeprefix("self_attn."): vector(f"model.layers.{number}.{name}.weight")
                for name in names
            }
        )

    def norm(self, name: str, x: Tensor) -> Tensor:
        scale = self.norms[name] + (1 if self.of.gemma else 0)
        return functional.rms_norm(x.float(), x.shape[-1:], scale, self.of.epsilon).to(x.dtype)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        of, (count, length, _) = self.of, x.shape
        h = self.norm("input_layernorm", x)
        q, k, v = (
            matrix(h).view(count, length, -1, of.head) for matrix in (self.q, self.k, self.v)
        )
        if of.head_norms:
            q, k = self.norm("q_norm", q), self.norm("k_norm", k)
        q, k = turned(q, cos, sin), turned(k, cos, sin)
        q, k, v = (part.transpose(1, 2) for part in (q, k, v))
        seen = functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        h = self.o(seen.transpose(1, 2).reshape(count, length, -1))
        if of.gemma:
            x = x + self.norm("post_attention_layernorm", h)
            h = self.norm("pre_feedforward_layernorm", x)
            h = self.down(functional.gelu(self.gate(h), approximate="tanh") * self.up(h))
            return x + self.norm("post_feedforward_layernorm", h)
        x = x + h
        h = self.norm("post_attention_layernorm", x)
        return x + self.down(functional.silu(self.gate(h)) * self.up(h))


def turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions; cos and sin are length x 1 x half a head."""
    first, second = x.float().chunk(2, -1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), -1).to(x.dtype)


class Decoder(nn.Module):
    """The whole model; ``rank`` 0 for every weight to be learnt."""

    def __init__(self, weights: Weights, device: str, rank: int, alpha: float) -> None:
        super().__init__()
        self.of = of = weights.architecture
        names = [EMBEDDING] + [HEAD] * weights.has(HEAD)
        for layer in range(of.layers):
            at = f"model.layers.{layer}"
            names += [f"{at}.self_attn.{side}_proj.weight" for side in "qkvo"]
            names += [f"{at}.mlp.{part}_proj.weight" for part in ("gate", "up", "down")]
        with ThreadPoolExecutor() as threads:
            rows = threads.map(lambda name: weights.rows(name, slice(None)), names)
            base = {
                name: torch.from_numpy(found).to(device)
                for name, found in zip(names, rows, strict=True)
            }

        def vector(name: str) -> nn.Parameter:
            found = torch.from_numpy(weights.vector(name).copy()).float().to(device)
            return nn.Parameter(found, requires_grad=not rank)

        def make(name: str) -> Matrix:
            bias = f"{name}.bias"
            biased = vector(bias).detach().bfloat16() if weights.has(bias) else None
            return Matrix(base.pop(f"{name}.weight"), biased, rank, alpha)

        self.layers = nn.ModuleList(
            Layer(layer, weights, make, vector) for layer in range(of.layers)
        )
        self.final = vector(NORM)
        if rank:
            self.register_buffer("embedding", base[EMBEDDING].bfloat16())
            self.register_buffer("head", base.get(HEAD, base[EMBEDDING]).bfloat16())
        else:
            self.tied = Matrix(base[EMBEDDING], None, rank, alpha)
        inverse = torch.arange(0, of.head, 2, device=device).float() / of.head
        self.turns = {base: base**-inverse for base in {of.turns_by(i) for i in range(of.layers)}}

    def forward(self, ids: Tensor, asked: Tensor) -> Tensor:
        """Logits (float32) of the positions that are asked for, of ids (count x length)."""
        tied = None if hasattr(self, "head") else self.tied.weight()
        x = functional.embedding(ids, self.embedding if tied is None else tied)
        if self.of.gemma:
            x = x * math.sqrt(self.of.hidden)
        places = torch.arange(ids.shape[1], device=ids.device).float()[:, None, None]
        turns = {base: places * inverse for base, inverse in self.turns.items()}
        turns = {base: (angle.cos(), angle.sin()) for base, angle in turns.items()}
        for number, layer in enumerate(self.layers):
            x = layer(x, *turns[self.of.turns_by(number)])
        scale = self.final + (1 if self.of.gemma else 0)
        x = functional.rms_norm(x[asked].float(), x.shape[-1:], scale, self.of.epsilon)
        return functional.linear(x.bfloat16(), self.head if tied is None else tied).float()

    def learnt(self) -> dict[str, nn.Parameter]:
        """What is learnt, by its place here."""
        return {name: value for name, value in self.named_parameters() if value.requires_grad}
