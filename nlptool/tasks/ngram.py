"""ngram: what n-grams of letters or words say comes next, and texts drawn from them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.ngrams import MOST, Smoothing
from nlptool.tasks.base import Task, Text

Verb = Literal["table", "sample"]
THE_END = "(end)"


class Params(msgspec.Struct, frozen=True):
    """``verb``: the likeliest next units, or texts; ``count``: how many. ``order`` 0 is the
    model's n. The same ``seed`` and beginning draw the same texts."""

    verb: Verb = "table"
    count: Annotated[int, Meta(ge=1)] = 10
    order: Annotated[int, Meta(ge=0, le=MOST)] = 0
    smoothing: Smoothing = "witten-bell"
    seed: int = 0


class Next(msgspec.Struct, frozen=True):
    """A letter or word with its probability; an empty one is the end of the word or sentence."""

    unit: str
    probability: float


class NgramAnswer(msgspec.Struct, frozen=True):
    """What the verb asked for: one of these is set."""

    next: list[Next] | UnsetType = UNSET
    texts: list[str] | UnsetType = UNSET


def plain(answer: NgramAnswer) -> str:
    """A unit and its probability a line, or a text a line."""
    if answer.next is not UNSET:
        return "\n".join(f"{each.unit or THE_END}\t{each.probability:.4f}" for each in answer.next)
    return "" if answer.texts is UNSET else "\n".join(answer.texts)


NGRAM = Task(
    name="ngram",
    summary="Count n-grams of letters or words, and draw texts from them.",
    input=Text,
    result=NgramAnswer,
    params=Params,
    plain=plain,
)
