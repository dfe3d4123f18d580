"""classify: which of the labels that a user names fits a text."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from nlptool.entry_points import load
from nlptool.errors import UsageError
from nlptool.tasks import sentiment
from nlptool.tasks.base import Task, Text, length_of


class Params(sentiment.Params, frozen=True):
    """``labels`` by commas; what is shown of a result is as in sentiment."""

    labels: Annotated[
        str, Meta(description="What to choose from.", extra={"metavar": "LABEL,LABEL"})
    ] = ""


def labels_of(params: Params) -> list[str]:
    """The labels; UsageError for less than two, or one that stands there twice."""
    labels = [label.strip() for label in params.labels.split(",") if label.strip()]
    if len(labels) < 2 or len({*labels}) < len(labels):
        raise UsageError(
            f"--labels {params.labels!r}: expected two or more, each once: refund,praise,question"
        )
    return labels


CLASSIFY = Task(
    name="classify",
    summary="Say which of your own labels fits a text.",
    input=Text,
    result=sentiment.Sentiment,
    params=Params,
    plain=sentiment.plain,
    pretty=sentiment.pretty,
    size=length_of,
    finish=sentiment.finish,
    scorer=lambda: load("nlptool.tasks.scoring.labels:LabelScorer"),
)
