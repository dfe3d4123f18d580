"""qa: the words of a context that answer a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.entry_points import load
from nlptool.errors import RecordError
from nlptool.tasks.base import Row, Task
from nlptool.tasks.teaching import Columns, Teaching, value_of

SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？]+[”’」』）]*\s*|\s*\n\s*")


class Question(msgspec.Struct, frozen=True):
    """A question and the text that may hold its answer."""

    question: str
    context: str


class Span(msgspec.Struct, frozen=True):
    """``answer`` is ``context[start:end]``, in characters; empty, at 0, when there is none.

    ``score`` is the model's probability, 0 to 1.
    """

    answer: str
    score: float
    start: int
    end: int


class Answer(Span, frozen=True):
    """The best span; ``top`` has the best few where more were asked for, ``highlight`` the
    sentence of the answer, the answer in it between ``**``."""

    top: list[Span] | UnsetType = UNSET
    highlight: str | UnsetType = UNSET

    @classmethod
    def of(cls, spans: Sequence[Span], params: Params) -> Answer:
        """The answer from a model's spans, the best first."""
        best = spans[0]
        top = list(spans) if params.top_k > 1 else UNSET
        return cls(best.answer, best.score, best.start, best.end, top)


class Params(msgspec.Struct, frozen=True):
    """What is asked of a model; the ``top_k`` answers do not overlap."""

    top_k: Annotated[
        int, Meta(ge=1, description="Show the best answers, so many.", extra={"short": "-k"})
    ] = 1
    max_answer_length: Annotated[int, Meta(ge=1, description="Tokens that an answer may have.")] = (
        30
    )
    no_answer: Annotated[
        float | None,
        Meta(
            description="Answer nothing where the model's logit for that is above the best "
            "answer's by more than this: 0 is usual, inf always answers. If not given, as the "
            "model's own options say.",
            extra={"metavar": "MARGIN"},
        ),
    ] = None
    highlight: Annotated[bool, Meta(description="Show the answer in its sentence.")] = False


def plain(result: Answer) -> str:
    """The answer, or its sentence; with ``top``, each with its score, a tab between all."""
    if result.highlight is not UNSET:
        return result.highlight
    if result.top is UNSET:
        return _line(result.answer)
    return "\t".join(f"{_line(span.answer)}\t{span.score:.4f}" for span in result.top)


def pretty(result: Answer) -> str:
    """The same, the answer bold; told where there is none."""
    from rich.markup import escape

    answer, line = _line(result.answer), plain(result)
    if not answer:
        return f"[dim](no answer)[/]{escape(line)}"
    before, _, after = line.partition(f"**{answer}**" if result.highlight else answer)
    return f"{escape(before)}[bold]{escape(answer)}[/]{escape(after)}"


def finish(record: Question, result: Answer, params: Params) -> Answer:
    """The result, with the answer shown in its sentence where that was asked for."""
    if not params.highlight:
        return result
    start, end = sentence_around(record.context, result.start, result.end)
    before, after = record.context[start : result.start], record.context[result.end : end]
    shown = _line(f"{before}**{result.answer}**{after}") if result.answer else ""
    return msgspec.structs.replace(result, highlight=shown)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence, or sentences, that hold text[start:end] begin and end."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    first = max((place for place in ends if place <= start), default=0)
    return first, min((place for place in ends if place >= end), default=len(text))


def _line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


class AnsweredQuestion(msgspec.Struct, frozen=True):
    """An example for qa. ``answers`` are all that count as right, ``starts`` where each stands in
    the context, in characters; none where the context does not answer."""

    question: str
    context: str
    answers: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()


class Place(msgspec.Struct):
    """An answer and where it starts in the context, in characters, as SQuAD has them."""

    text: str
    answer_start: int


class Places(msgspec.Struct):
    """The same as two lists, as the data sets of hubs have them."""

    text: list[str]
    answer_start: list[int]


def _answered(row: Row, columns: Columns) -> AnsweredQuestion:
    """``answers`` as SQuAD has them, or ``answer`` and, where it may stand twice, ``start``."""
    question, context = (
        str(value_of(row, columns.column(name))) for name in ("question", "context")
    )
    if not (question.strip() and context.strip()):
        raise RecordError("question or context is empty")
    places = _places(row, context, columns)
    for text, start in places:
        if start < 0 or context[start : start + len(text)] != text:
            raise RecordError(f"the context does not have the answer {text[:40]!r} at {start}")
    return AnsweredQuestion(
        question, context, tuple(text for text, _ in places), tuple(start for _, start in places)
    )


def _places(row: Row, context: str, columns: Columns) -> list[tuple[str, int]]:
    try:
        if "answers" in row:
            given = msgspec.convert(row["answers"], Places | list[Place])
            if isinstance(given, Places):
                return list(zip(given.text, given.answer_start, strict=True))
            return [(place.text, place.answer_start) for place in given]
        answer = str(value_of(row, columns.column("answer")))
        start = row.get(columns.column("start"), "")
        found = context.find(answer) if start in (None, "") else int(start)
    except (msgspec.ValidationError, ValueError) as error:
        raise RecordError(f"answers: {str(error).replace('`', '')}") from error
    return [(answer, found)] if answer else []


QA = Task(
    name="qa",
    summary="Answer questions from a text.",
    input=Question,
    result=Answer,
    params=Params,
    plain=plain,
    pretty=pretty,
    language=attrgetter("context"),
    size=lambda record: len(record.context),
    finish=finish,
    scorer=lambda: load("nlptool.tasks.scoring.answers:AnswerScorer"),
    teaching=Teaching(
        _answered,
        lambda example: list(example.answers),
        "f1",
        attrgetter("context"),
        whole_groups=True,
    ),
    convert_to="onnx",
    samples="samples/qa.json",
)
