"""generate: how a language model goes on with a text, or answers it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.tasks.base import Row, Task, Text, length_of

Reason = Literal["end", "stop", "length", "context"]


CHANCE = {"panel": "Chance"}


class Params(msgspec.Struct, frozen=True):
    """What is said after a text. At a temperature above 0 tokens are drawn: ``seed``, the prompt
    and the sample's number decide which. ``top_k`` 0, ``top_p`` 1 and ``min_p`` 0 leave every token
    in, ``repetition_penalty`` 1 is none."""

    max_tokens: Annotated[int, Meta(ge=1, description="At most so many tokens.")] = 128
    stop: Annotated[
        list[str] | None,
        Meta(
            description="End before this text; may be given many times.", extra={"metavar": "TEXT"}
        ),
    ] = None
    chat: Annotated[
        bool, Meta(description="The text is a person's turn, for a model that answers.")
    ] = False
    system: Annotated[
        str, Meta(description="What a chat's model is told first.", extra={"metavar": "TEXT"})
    ] = ""
    log_probs: Annotated[
        bool, Meta(description="Give each token with its log-probability at temperature 1.")
    ] = False
    prefix_cache: Annotated[bool, Meta(description="Read what all texts begin with only once.")] = (
        False
    )
    temperature: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            description="0 takes the likeliest token each time; 1 draws as the model has it.",
            extra={"short": "-t", **CHANCE},
        ),
    ] = 0.0
    top_k: Annotated[
        int, Meta(ge=0, description="Draw from so many tokens; 0: from all.", extra=CHANCE)
    ] = 0
    top_p: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Draw from the likeliest that have this share together.",
            extra=CHANCE,
        ),
    ] = 1.0
    min_p: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Draw from those with this part of the likeliest one's probability; with "
            "GGUF files the text is read again for each token.",
            extra=CHANCE,
        ),
    ] = 0.0
    repetition_penalty: Annotated[
        float,
        Meta(ge=0.01, le=100, description="Above 1: what was said is less likely.", extra=CHANCE),
    ] = 1.0
    samples: Annotated[
        int, Meta(ge=1, description="So many texts.", extra={"short": "-n", **CHANCE})
    ] = 1
    seed: Annotated[
        int, Meta(ge=0, description="The same seed and text, the same answer.", extra=CHANCE)
    ] = 0


class Token(msgspec.Struct, frozen=True):
    """A token as text, and its log-probability (nats) at temperature 1."""

    token: str
    log_prob: float


class Continuation(msgspec.Struct, frozen=True):
    """What was said; ``tokens`` is how many, ``reason`` what ended it: the model (``end``), a text
    of ``stop``, the number of tokens (``length``), or that the model sees no more (``context``)."""

    text: str
    tokens: int
    reason: Reason
    log_probs: list[Token] | UnsetType = UNSET


class Generation(msgspec.Struct, frozen=True):
    """The texts that one prompt got."""

    texts: list[Continuation]


def plain(result: Generation) -> str:
    """The texts, one below the other."""
    return "\n".join(found.text for found in result.texts)


def rows(result: Generation) -> list[Row]:
    """A row a text; where there are several, each with its number."""
    found: list[Row] = [msgspec.to_builtins(each) for each in result.texts]
    if len(found) > 1:
        return [{"sample": number, **row} for number, row in enumerate(found, 1)]
    return found


GENERATE = Task(
    name="generate",
    summary="Go on with a text, or answer it, by a language model.",
    input=Text,
    result=Generation,
    params=Params,
    plain=plain,
    rows=rows,
    size=length_of,
)
