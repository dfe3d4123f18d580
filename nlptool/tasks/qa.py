"""qa: the words of a context that answer a question."""

from __future__ import annotations

import msgspec

from nlptool.tasks.base import Task


class Question(msgspec.Struct, frozen=True):
    """A question and the text that may hold its answer."""

    question: str
    context: str


class Answer(msgspec.Struct, frozen=True):
    """``answer`` is ``context[start:end]``, in characters; empty when there is none."""

    answer: str
    score: float
    start: int
    end: int


QA = Task(
    name="qa",
    summary="Answer questions from a text.",
    input=Question,
    result=Answer,
    plain=lambda result: result.answer,
    language=lambda record: record.context,
    size=lambda record: len(record.context),
)
