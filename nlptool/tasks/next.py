"""next: which tokens may come next, and how likely each is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.entry_points import load
from nlptool.tasks.base import Row, Task, Text, length_of


class Asked(msgspec.Struct, frozen=True):
    """What a person asks."""

    top_k: Annotated[
        int, Meta(ge=1, description="The likeliest tokens, so many.", extra={"short": "-k"})
    ] = 5
    temperature: Annotated[
        float,
        Meta(ge=0, le=100, description="Above 1 all are more alike; 0 leaves only the first."),
    ] = 1.0
    steps: Annotated[
        int, Meta(ge=1, description="Take the likeliest token and ask again, so many times.")
    ] = 1


class Params(Asked, frozen=True):
    """``ranks``: probabilities of tokens down to the least likely one, too."""

    ranks: bool = False


class Candidate(msgspec.Struct, frozen=True):
    """A token as text, with the space that it begins with, and its probability."""

    token: str
    probability: float


class Step(msgspec.Struct, frozen=True):
    """The likeliest tokens after ``text``, the likeliest first; ``ranks`` are ranks, counted from
    1, each with the probability of the token that has it."""

    text: str
    next: list[Candidate]
    ranks: list[tuple[int, float]] | UnsetType = UNSET


class Table(msgspec.Struct, frozen=True):
    """What may come next, step by step."""

    steps: list[Step]


def shown(token: str) -> str:
    """A token on one line."""
    return token.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def plain(table: Table) -> str:
    """A token and its probability a line; of several steps, a line each with the text so far."""
    if len(table.steps) == 1:
        return "\n".join(
            f"{shown(one.token)}\t{one.probability:.4f}" for one in table.steps[0].next
        )
    return "\n".join(
        "\t".join(
            [
                shown(step.text),
                *(f"{shown(one.token)} {100 * one.probability:.2f} %" for one in step.next),
            ]
        )
        for step in table.steps
    )


def rows(table: Table) -> list[Row]:
    """A row a candidate; of several steps, each with the step's number and the text so far."""
    several = len(table.steps) > 1
    return [
        {
            **({"step": number, "text": step.text} if several else {}),
            "rank": rank,
            "token": one.token,
            "probability": one.probability,
        }
        for number, step in enumerate(table.steps, 1)
        for rank, one in enumerate(step.next, 1)
    ]


NEXT = Task(
    name="next",
    summary="Show which words may come next, and how likely each is.",
    input=Text,
    result=Table,
    params=Params,
    plain=plain,
    rows=rows,
    size=length_of,
    models_of=("generate",),
    artifact=lambda: load("nlptool.io.drawings.next:NextDrawing"),
)
