"""sentiment: a label for a text, by any text classifier."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.tasks.base import Task, Text, length_of, text_of


class Sentiment(msgspec.Struct, frozen=True):
    """The likeliest label with its probability; ``probs`` has every label's."""

    label: str
    score: float
    probs: dict[str, float] | UnsetType = UNSET


SENTIMENT = Task(
    name="sentiment",
    summary="Say whether a text is positive or negative.",
    input=Text,
    result=Sentiment,
    plain=lambda result: f"{result.label}\t{result.score:.4f}",
    language=text_of,
    size=length_of,
)
