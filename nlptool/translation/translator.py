"""Documents for an adapter that knows sentences: cut, translated, checked, tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from nlptool.errors import RecordError, UsageError
from nlptool.plugins.adapter import Adapter
from nlptool.tasks.translate import PASSED, Params, Passage, Sentence, Translation, base, pair
from nlptool.translation import glossary, guard, retry, typography
from nlptool.translation.draft import Draft
from nlptool.translation.unit import Unit


class Translator(Adapter[Passage, Translation]):
    """Stands before the adapter of a model, which gets Sentences and gives Translations."""

    tasks = ("translate",)

    def __init__(self, inner: Adapter[Sentence, Translation]) -> None:
        super().__init__(inner.setup)
        self.inner = inner
        self.params: Params = inner.setup.params
        self.batching = inner.batching  # type: ignore[misc]
        self.languages = _languages(inner)
        terms = glossary.read(self.params.glossary) if self.params.glossary else {}
        self.glossary = glossary.Glossary(terms)

    def close(self) -> None:
        """Let go of the model."""
        self.inner.close()

    def predict(self, batch: Sequence[Passage]) -> list[Translation | RecordError]:
        """Translate the documents; their sentences share batches."""
        drafts = [
            Draft(record.text, record.markup or self.params.markup, self.languages)
            for record in batch
        ]
        units = [unit for draft in drafts for unit in draft.units]
        shown = [unit.shown if unit.keeps else retry.calm(unit.shown) for unit in units]
        answers = self._translated(shown, careful=False)
        for unit, answer in zip(units, answers, strict=True):
            unit.answer = answer
        self._try_again(units)
        return [self._result(draft) for draft in drafts]

    def _translated(
        self, texts: Sequence[str], *, careful: bool
    ) -> list[Translation | RecordError]:
        """The adapter's answers; what stands there twice is translated once."""
        unique = sorted({*texts}, key=len)
        answers: dict[str, Translation | RecordError] = {}
        count = self.batching.count
        for start in range(0, len(unique), count):
            batch = unique[start : start + count]
            found = self.inner.predict([Sentence(text, careful) for text in batch])
            for text, answer in zip(batch, found, strict=True):
                answers[text] = typography.set_in(self.languages[1], answer)
        return [answers[text] for text in texts]

    def _try_again(self, units: Sequence[Unit]) -> None:
        """Flag the units' answers, and put better ones where there are flags."""
        for unit in units:
            if isinstance(unit.answer, Translation):
                unit.answer = self._flagged(unit, unit.answer)
        for way in (self._varied, self._smaller) if self.params.retry else ():
            tries = [(unit, attempt) for unit in units if _is_bad(unit) and (attempt := way(unit))]
            done = iter(self._translated([t for _, a in tries for t in a.texts], careful=True))
            for unit, attempt in tries:
                answers = [next(done) for _ in attempt.texts]
                good = [answer for answer in answers if isinstance(answer, Translation)]
                if len(good) == len(answers):
                    self._take_if_better(unit, attempt, good)
        for unit in units:
            if isinstance(unit.answer, Translation) and "empty" in unit.answer.flags:
                unit.answer = replace(unit.answer, translation=unit.shown)

    def _varied(self, unit: Unit) -> retry.Attempt:
        return retry.varied(unit.shown)

    def _smaller(self, unit: Unit) -> retry.Attempt | None:
        terms = self.glossary.found(unit.words)
        fixed = {keep: keep for keep in unit.keeps} | dict(terms)
        if isinstance(unit.answer, Translation):
            missing = guard.lost(unit.shown, unit.answer.translation, unit.keeps)
            fixed = {word: word for word in missing} | fixed
        return retry.smaller(unit.shown, list(fixed.items()), self.languages[1])

    def _take_if_better(
        self, unit: Unit, attempt: retry.Attempt, answers: Sequence[Translation]
    ) -> None:
        """Put the attempt in the unit's place where it has fewer flags."""
        text = attempt.put([answer.translation for answer in answers])
        found = self._flagged(unit, replace(_together(answers), translation=text))
        if not isinstance(unit.answer, Translation) or len(found.flags) < len(unit.answer.flags):
            unit.answer = found

    def _flagged(self, unit: Unit, answer: Translation) -> Translation:
        found = guard.flags(unit.shown, answer.translation, unit.keeps, self.languages)
        terms = self.glossary.found(unit.words)
        if "lost" not in found and any(term not in answer.translation for _, term in terms):
            found.append("lost")
        return replace(answer, flags=found)

    def _result(self, draft: Draft) -> Translation | RecordError:
        answers: list[Translation] = []
        for unit in draft.units:
            if isinstance(unit.answer, RecordError):
                return unit.answer
            if unit.answer:
                answers.append(unit.answer)
        flags = [PASSED] if draft.passed else []
        flags += dict.fromkeys(flag for answer in answers for flag in answer.flags)
        result = Translation(draft.text(), flags)
        if self.params.scores:
            scores = [answer.score or 0.0 for answer in answers]
            result = replace(result, score=sum(scores) / len(scores) if scores else 0.0)
        if self.params.alternatives:
            others = [draft.text(number) for number in range(1, self.params.alternatives + 1)]
            others = [other for other in dict.fromkeys(others) if other != result.translation]
            result = replace(result, alternatives=others)
        return result


def _is_bad(unit: Unit) -> bool:
    return isinstance(unit.answer, RecordError) or bool(unit.answer and unit.answer.flags)


def _together(answers: Sequence[Translation]) -> Translation:
    """The answers of a unit's parts as one: the mean of their scores, no alternatives."""
    scores = [answer.score for answer in answers if answer.score is not UNSET]
    score = sum(scores) / len(scores) if scores else UNSET
    return Translation("", score=score)


def _languages(inner: Adapter[Any, Any]) -> tuple[str, str]:
    """What is translated from and to: as asked, else as the model has it.

    UsageError where the model has other languages.
    """
    setup, params = inner.setup, inner.setup.params
    there = [base(code) for code in setup.languages]
    wanted = base(params.source), base(params.target)
    if not there:
        return pair(params, None)
    if wanted[0] not in ("", there[0]) or wanted[1] not in ("", *there[1:]):
        asked = " to ".join(code for code in wanted if code)
        raise UsageError(
            f"model {setup.model} translates {there[0]} to {' or '.join(there[1:])}, not {asked}"
        )
    return there[0], wanted[1] or there[1]
