"""attention: which token of a text looks at which, in each layer and head of a model."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from nlptool.entry_points import load
from nlptool.tasks.base import Row, Task, Text, text_of

DIGITS = 6
SEEN = 3
"""Tokens that a line shows for each one."""


class Params(msgspec.Struct, frozen=True):
    """Layers and heads count from 1; 0 is all of them."""

    layer: Annotated[int, Meta(ge=0, description="Only this layer; 0: all, the first is 1.")] = 0
    head: Annotated[int, Meta(ge=0, description="Only this head; 0: all, the first is 1.")] = 0


class Attention(msgspec.Struct, frozen=True):
    """``weights`` is a float32 array (layers, heads, tokens, tokens): how much of what a token
    (third axis) becomes is taken from each one (fourth axis), which add up to 1. ``layers`` and
    ``heads`` are the numbers of what it has. ``special`` are places of tokens that are no text."""

    tokens: list[str]
    layers: list[int]
    heads: list[int]
    weights: Any
    special: list[int] = []

    @property
    def array(self) -> Any:
        """What a file of numbers gets."""
        return self.weights


def label(token: str) -> str:
    """A token as people read it, without signs for the space before it."""
    return token.lstrip("Ġ▁") or token


def plain(result: Attention) -> str:
    """A line a token: the tokens that it looks at most, on average over the layers and heads."""
    average = result.weights.mean((0, 1))
    lines = []
    for token, weights in zip(result.tokens, average, strict=True):
        best = sorted(range(len(weights)), key=lambda n: -weights[n])[:SEEN]
        seen = (f"{label(result.tokens[n])} {weights[n]:.3f}" for n in best)
        lines.append("\t".join([label(token), *seen]))
    return "\n".join(lines)


def rows(result: Attention) -> list[Row]:
    """One row, the weights as lists in lists."""
    return [
        {
            "tokens": result.tokens,
            "layers": result.layers,
            "heads": result.heads,
            "weights": result.weights.astype(float).round(DIGITS).tolist(),
        }
    ]


ATTENTION = Task(
    name="attention",
    summary="Show which word looks at which in a model.",
    input=Text,
    result=Attention,
    params=Params,
    plain=plain,
    rows=rows,
    language=text_of,
    models_of=("qa", "sentiment", "generate", "base"),
    artifact=lambda: load("nlptool.io.drawings.attention:AttentionDrawing"),
)
