"""Answers that are read out of what a language model says: spans of a context, fields as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nlptool.adapter import Setup
from nlptool.errors import RecordError, UsageError
from nlptool.tasks import extract, qa
from nlptool.tasks.base import Text

from .answerer import Answerer, each
from .model import Generated, Sampling, Tokens

ANSWER = 64
"""Tokens of an answer."""
FIELD = 48
"""Tokens of a field's value, its name and the signs about it."""
DIGITS = 6


class Reading(Answerer):
    """Asks by ``options.prompt``, which has all of ``fields``."""

    fields: tuple[str, ...] = ()

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        for field in self.fields:
            if f"{{{field}}}" not in self.options.prompt:
                raise UsageError(f"model {setup.model}: options: prompt has no {{{field}}}")

    def said(
        self, records: Sequence[Mapping[str, str]], most: int
    ) -> list[Generated | RecordError]:
        """What is said for each record; RecordError where it is too long."""
        prompts = [self.model.fill(self.options.prompt, record) for record in records]
        how = Sampling(max_tokens=most, stop=self.options.stop)

        def work(good: list[Tokens]) -> list[Generated]:
            return [found for (found,) in self.model.generate(good, how)]

        return each(prompts, self.model.context, most, work)


class Answering(Reading):
    """Questions; an answer that does not stand in the context is none."""

    fields = ("question", "context")

    def check(self, params: qa.Params) -> None:
        """UsageError for more than one answer."""
        if params.top_k > 1:
            raise UsageError(f"model {self.setup.model} gives one answer, not {params.top_k}")

    def predict(
        self, batch: Sequence[qa.Question], params: qa.Params
    ) -> list[qa.Answer | RecordError]:
        """The span of each context that is said."""
        asked = [{"question": one.question, "context": one.context} for one in batch]
        most = max(ANSWER, params.max_answer_length)
        answers: list[qa.Answer | RecordError] = []
        for record, said in zip(batch, self.said(asked, most), strict=True):
            if not (record.question.strip() and record.context.strip()):
                answers.append(RecordError("the question or the context is empty"))
            elif isinstance(said, RecordError):
                answers.append(said)
            else:
                answers.append(_span(record.context, said))
        return answers


def _span(context: str, said: Generated) -> qa.Answer:
    """Where the answer stands, in any case; without what people put about one."""
    answer = said.text.strip().strip("\"'“”‘’「」`").rstrip(".。!！").strip()
    score = round(math.exp(min(0.0, said.score)), DIGITS)
    start = context.find(answer)
    if start < 0 and len(context.lower()) == len(context):
        start = context.lower().find(answer.lower())
    if not answer or start < 0:
        return qa.Answer("", score, 0, 0)
    end = start + len(answer)
    return qa.Answer(context[start:end], score, start, end)


class Extracting(Reading):
    """Fields of a text, as JSON; the prompt's end is its first brace."""

    fields = ("text", "fields")

    def check(self, params: extract.Params) -> None:
        """UsageError for names of fields that are none."""
        extract.names_of(params)

    def predict(
        self, batch: Sequence[Text], params: extract.Params
    ) -> list[extract.Extraction | RecordError]:
        """The values of the fields."""
        names = extract.names_of(params)
        asked = [{"text": record.text, "fields": ", ".join(names)} for record in batch]
        found = self.said(asked, FIELD * len(names))
        return [
            RecordError("an empty text")
            if not record.text.strip()
            else said
            if isinstance(said, RecordError)
            else _values(said.text, names)
            for record, said in zip(batch, found, strict=True)
        ]


def _values(text: str, names: Sequence[str]) -> extract.Extraction | RecordError:
    """The fields of a JSON object whose first brace was said before; others are left out."""
    end = text.rfind("}")
    try:
        found: Any = msgspec.json.decode(f"{{{text.lstrip().removeprefix('{')[: end + 1]}")
    except msgspec.DecodeError:
        found = None
    if end < 0 or not isinstance(found, dict):
        return RecordError(f"the model's answer is no JSON: {' '.join(text.split())[:60]!r}")
    return extract.Extraction({name: _value(found.get(name)) for name in names})


def _value(value: Any) -> str | int | float | bool | None:
    if isinstance(value, str):
        return value.strip() or None
    if value is None or isinstance(value, int | float | bool):
        return value
    return msgspec.json.encode(value).decode()
