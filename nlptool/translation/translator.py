"""Documents for an adapter that knows sentences: cut, translated, checked, tried again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import UNSET
from msgspec.structs import replace

from nlptool.errors import RecordError, UsageError
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.tasks.translate import PASSED, Params, Passage, Sentence, Translation, base, pair
from nlptool.translation import checks, glossary, quantities, retry, typography
from nlptool.translation.document import Document
from nlptool.translation.segment import Segment

CODE = 4
"""Digits from which on a number is a name rather than a quantity, and may part a sentence."""


class Translator(Adapter[Passage, Translation]):
    """Stands before the adapter of a model, which gets Sentences and gives Translations."""

    tasks = ("translate",)

    def __init__(self, inner: Adapter[Sentence, Translation]) -> None:
        super().__init__(inner.setup)
        self.inner = inner
        self.batching = inner.batching
        self.terms = cache(glossary.read)

    def close(self) -> None:
        """Let go of the model."""
        self.inner.close()

    def check(self, params: Params) -> None:
        """UsageError for languages that are not the model's."""
        _languages(self.setup, params)
        self.inner.check(params)

    def predict(self, batch: Sequence[Passage], params: Params) -> list[Translation | RecordError]:
        """Translate the documents; their sentences share batches."""
        terms = self.terms(params.glossary) if params.glossary else {}
        return _Request(self.inner, params, glossary.Glossary(terms)).answer(batch)


class _Request:
    """The documents of one batch, translated as ``params`` say."""

    def __init__(
        self,
        inner: Adapter[Sentence, Translation],
        params: Params,
        terms: glossary.Glossary,
    ) -> None:
        self.inner = inner
        self.params = params
        self.glossary = terms
        self.languages = _languages(inner.setup, params)

    def answer(self, batch: Sequence[Passage]) -> list[Translation | RecordError]:
        """A translation a document."""
        documents = [
            Document.of(record.text, record.markup or self.params.markup, self.languages)
            for record in batch
        ]
        segments = [segment for document in documents for segment in document.segments]
        shown = [
            segment.shown if segment.keeps else retry.calm(segment.shown) for segment in segments
        ]
        tagged = [text for segment in segments for text in segment.tagged]
        answers = self._translated([*shown, *tagged], careful=False)
        words = {
            text: answer.translation
            for text, answer in zip(tagged, answers[len(shown) :], strict=True)
            if isinstance(answer, Translation)
        }
        for segment, answer in zip(segments, answers, strict=False):
            segment.answer, segment.spans = answer, words
        self._try_again(segments)
        return [self._result(document) for document in documents]

    def _translated(
        self, texts: Sequence[str], *, careful: bool
    ) -> list[Translation | RecordError]:
        """The adapter's answers; what stands there twice is translated once."""
        unique = sorted({*texts}, key=len)
        answers: dict[str, Translation | RecordError] = {}
        count = self.inner.batching.count
        for start in range(0, len(unique), count):
            batch = unique[start : start + count]
            found = self.inner.predict([Sentence(text, careful) for text in batch], self.params)
            for text, answer in zip(batch, found, strict=True):
                answers[text] = typography.set_in(self.languages[1], answer)
        return [answers[text] for text in texts]

    def _try_again(self, segments: Sequence[Segment]) -> None:
        """Flag the segments' answers, and put better ones where there are flags."""
        for segment in segments:
            if isinstance(segment.answer, Translation):
                segment.answer = self._flagged(segment, segment.answer)
        for way in (self._varied, self._smaller) if self.params.retry else ():
            tries = [
                (segment, attempt)
                for segment in segments
                if _is_bad(segment) and (attempt := way(segment))
            ]
            done = iter(self._translated([t for _, a in tries for t in a.texts], careful=True))
            for segment, attempt in tries:
                answers = [next(done) for _ in attempt.texts]
                good = [answer for answer in answers if isinstance(answer, Translation)]
                if len(good) == len(answers):
                    self._take_if_better(segment, attempt, good)
        for segment in segments:
            answer = segment.answer
            if isinstance(answer, Translation) and "empty" in answer.flags:
                segment.answer = replace(answer, translation=segment.shown)
            elif isinstance(answer, Translation) and not segment.is_sure(answer.translation):
                segment.answer = replace(answer, flags=[*answer.flags, "tags"])

    def _varied(self, segment: Segment) -> retry.Attempt:
        return retry.varied(segment.shown)

    def _smaller(self, segment: Segment) -> retry.Attempt | None:
        terms = self.glossary.found(segment.words)
        fixed = {keep: keep for keep in segment.keeps} | dict(terms)
        if isinstance(segment.answer, Translation):
            missing = quantities.missing(segment.shown, segment.answer.translation, self.languages)
            codes = [word for word in missing if word.isdigit() and len(word) >= CODE]
            fixed = {word: word for word in codes} | fixed
        return retry.smaller(segment.shown, list(fixed.items()), self.languages[1])

    def _take_if_better(
        self, segment: Segment, attempt: retry.Attempt, answers: Sequence[Translation]
    ) -> None:
        """Put the attempt in the segment's place where it has fewer flags."""
        text = attempt.put([answer.translation for answer in answers])
        whole = replace(_together(answers), translation=text)
        found = self._flagged(segment, typography.set_in(self.languages[1], whole))
        if not isinstance(segment.answer, Translation) or len(found.flags) < len(
            segment.answer.flags
        ):
            segment.answer = found

    def _flagged(self, segment: Segment, answer: Translation) -> Translation:
        found = checks.flags(segment.shown, answer.translation, segment.keeps, self.languages)
        terms = self.glossary.found(segment.words)
        if "lost" not in found and any(term not in answer.translation for _, term in terms):
            found.append("lost")
        return replace(answer, flags=found)

    def _result(self, document: Document) -> Translation | RecordError:
        answers: list[Translation] = []
        for segment in document.segments:
            if isinstance(segment.answer, RecordError):
                return segment.answer
            if segment.answer:
                answers.append(segment.answer)
        flags = [PASSED] if document.passed else []
        flags += dict.fromkeys(flag for answer in answers for flag in answer.flags)
        result = Translation(document.text(), flags)
        if self.params.scores:
            scores = [answer.score or 0.0 for answer in answers]
            result = replace(result, score=sum(scores) / len(scores) if scores else 0.0)
        if self.params.alternatives:
            others = [document.text(number) for number in range(1, self.params.alternatives + 1)]
            others = [other for other in dict.fromkeys(others) if other != result.translation]
            result = replace(result, alternatives=others)
        return result


def _is_bad(segment: Segment) -> bool:
    return isinstance(segment.answer, RecordError) or bool(segment.answer and segment.answer.flags)


def _together(answers: Sequence[Translation]) -> Translation:
    """The answers of a segment's parts as one: the mean of their scores, no alternatives."""
    scores = [answer.score for answer in answers if answer.score is not UNSET]
    score = sum(scores) / len(scores) if scores else UNSET
    return Translation("", score=score)


def _languages(setup: Setup, params: Params) -> tuple[str, str]:
    """What is translated from and to: as asked, else as the model has it.

    UsageError where the model has other languages.
    """
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
