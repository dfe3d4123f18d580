"""sentiment: a label for a text, by any text classifier."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.entry_points import load
from nlptool.errors import RecordError, UsageError
from nlptool.tasks.base import Row, Task, Text, length_of, text_of
from nlptool.tasks.teaching import Columns, Teaching, pairs, value_of

UNSURE = "unsure"
COLOURS = {"pos": "green", "neg": "red", UNSURE: "yellow"}


class Scored(msgspec.Struct, frozen=True):
    """A label and its probability."""

    label: str
    score: float


class Sentiment(msgspec.Struct, frozen=True):
    """The likeliest label with its probability; a text of nothing but white space has the label ""
    and the score 0.

    ``probs`` has every label's probability, in the order of the model's labels: an adapter gives
    it, and it is shown where it was asked for. ``top`` are the likeliest labels.
    """

    label: str
    score: float
    probs: dict[str, float] | UnsetType = UNSET
    top: list[Scored] | UnsetType = UNSET


class Senta(msgspec.Struct, frozen=True):
    """A result as PaddleHub's senta modules give it: ``sentiment_label`` is 1 for positive,
    0 for negative, and null for a blank text."""

    text: str
    sentiment_label: int | None
    sentiment_key: str
    positive_probs: float
    negative_probs: float


class Params(msgspec.Struct, frozen=True):
    """What is shown of a model's result; under ``threshold`` its label is ``unsure``."""

    probs: Annotated[bool, Meta(description="Show the probability of every label.")] = False
    top_k: Annotated[
        int, Meta(ge=1, description="Show the likeliest labels, so many.", extra={"short": "-k"})
    ] = 1
    threshold: Annotated[
        float, Meta(ge=0, le=1, description="Below this score the label is: unsure.")
    ] = 0.0
    style: Annotated[
        Literal["nlptool", "paddlehub"],
        Meta(description="The fields of the results; paddlehub's as JSON lines if no -f tells."),
    ] = "nlptool"


BLANK = Sentiment("", 0.0)


def plain(result: Sentiment | Senta) -> str:
    """Label and score, then what else was asked for, by tabs; nothing for a blank text."""
    if isinstance(result, Senta):
        return result.sentiment_key
    if not result.label:
        return ""
    cells = [result.label, f"{result.score:.4f}"]
    if result.top is not UNSET:
        cells += [cell for near in result.top[1:] for cell in (near.label, f"{near.score:.4f}")]
    if result.probs is not UNSET:
        cells += [f"{label}={share:.4f}" for label, share in result.probs.items()]
    return "\t".join(cells)


def pretty(result: Sentiment | Senta) -> str:
    """The same in colour: green for positive, red for negative, yellow for unsure."""
    from rich.markup import escape

    line = plain(result)
    label, tab, rest = line.partition("\t")
    colour = next((c for start, c in COLOURS.items() if label.lower().startswith(start)), "bold")
    return f"[{colour}]{escape(label)}[/]{tab}{escape(rest)}" if label else ""


def finish(record: Text, result: Sentiment, params: Params) -> Sentiment | Senta:
    """A model's result as it was asked for."""
    if params.style == "paddlehub":
        return senta_of(record, result)
    if not result.label:
        return result
    probs = {result.label: result.score} if result.probs is UNSET else result.probs
    best = sorted(probs.items(), key=lambda item: -item[1])[: params.top_k]
    return Sentiment(
        label=result.label if result.score >= params.threshold else UNSURE,
        score=result.score,
        probs=probs if params.probs else UNSET,
        top=[Scored(*item) for item in best] if params.top_k > 1 else UNSET,
    )


def senta_of(record: Text, result: Sentiment) -> Senta:
    """A result in PaddleHub's form; UsageError for a model without positive and negative labels."""
    if not result.label:
        return Senta(record.text, None, "", 0.0, 0.0)
    probs = {} if result.probs is UNSET else result.probs
    shares = {label.lower(): share for label, share in probs.items()}
    if not {"positive", "negative"} <= shares.keys():
        raise UsageError(
            "--style paddlehub needs a model with the labels positive and negative; "
            f"this one has {', '.join(probs)}"
        )
    positive, negative = shares["positive"], shares["negative"]
    label = int(positive > negative)
    return Senta(record.text, label, ("negative", "positive")[label], positive, negative)


class LabelledText(msgspec.Struct, frozen=True):
    """An example for sentiment; ``probs``, where a teacher told them, are learnt instead of the
    label."""

    text: str
    label: str
    probs: Mapping[str, float] = {}


def _labelled(row: Row, columns: Columns) -> LabelledText:
    """The text stands under ``text``, or under the one column that is not the label."""
    label = columns.column("label")
    text = columns.column("text")
    others = [name for name in row if name != label]
    if text not in row and text == "text" and len(others) == 1:
        text = others[0]
    words, name = value_of(row, text), str(value_of(row, label))
    if not (isinstance(words, str) and words.strip()):
        raise RecordError(f"{text} is empty")
    if not name.strip():
        raise RecordError(f"{label} is empty")
    names = pairs(columns.names)
    probs = {names.get(label, label): share for label, share in _probs(row).items()}
    return LabelledText(words, names.get(name, name), probs)


def _probs(row: Row) -> dict[str, float]:
    """What ``nlptool sentiment --probs`` says of a text, if the row has it."""
    try:
        probs = msgspec.convert(row.get("probs") or {}, dict[str, float])
    except msgspec.ValidationError as error:
        raise RecordError(f"probs: {str(error).replace('`', '')}") from error
    if probs and not (min(probs.values()) >= 0 and 0.98 < sum(probs.values()) < 1.02):
        raise RecordError("probs: expected shares of 1")
    return probs


SENTIMENT = Task(
    name="sentiment",
    summary="Say whether a text is positive or negative.",
    input=Text,
    result=Sentiment,
    params=Params,
    plain=plain,
    pretty=pretty,
    language=text_of,
    size=length_of,
    finish=finish,
    scorer=lambda: load("nlptool.tasks.scoring.labels:LabelScorer"),
    teaching=Teaching(_labelled, attrgetter("label"), "accuracy", attrgetter("label"), labels=True),
    convert_to="onnx",
    samples="samples/sentiment.txt",
)
