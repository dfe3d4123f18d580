"""Documents cut into segments, translated, checked, tried again, and put together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec import UNSET
from msgspec.structs import replace

from nlptool.errors import RecordError
from nlptool.tasks.translate import PASSED, Params, Part, Passage, Sentence, Translation, base
from nlptool.translation import checks, html, quantities, retry, typography, variants
from nlptool.translation.document import Document
from nlptool.translation.glossary import Glossary
from nlptool.translation.segment import Segment

Answer = Translation | RecordError
Ask = Callable[[Sequence[Sentence]], Sequence[Answer]]

CODE = 4
"""Digits from which on a number is a name rather than a quantity, and may part a sentence."""


class Request:
    """The documents of one batch, translated as ``params`` say.

    ``ask`` is the model's adapter, which takes ``count`` sentences at a time; a translation that
    it scores below ``unlikely``, the mean log-probability of a token, is flagged, and with
    ``retry_unlikely`` tried again, as all else that is flagged.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        count: int,
        params: Params,
        languages: tuple[str, str],
        glossary: Glossary,
        unlikely: float = -math.inf,
        retry_unlikely: bool = True,
    ) -> None:
        self.ask = ask
        self.count = count
        self.params = params
        self.languages = languages
        self.glossary = glossary
        self.unlikely = unlikely
        self.retry_unlikely = retry_unlikely
        self.target = params.target if base(params.target) else languages[1]
        self.to_target = variants.to_target(params.target)
        self.from_source = variants.from_source(params.source)

    def answer(self, batch: Sequence[Passage]) -> list[Answer]:
        """A translation a document; their sentences share batches."""
        documents = [
            Document.of(
                record.text,
                record.markup or self.params.markup,
                self.languages,
                convert=self.to_target,
                told=bool(base(self.params.source)),
            )
            for record in batch
        ]
        segments = [segment for document in documents for segment in document.segments]
        shown = [
            segment.shown if segment.keeps else retry.calm(segment.shown) for segment in segments
        ]
        tagged = [text for segment in segments for text in segment.tagged]
        answers = self._translated([*shown, *tagged], careful=False)
        words = {
            text: self.to_target(answer.translation)
            for text, answer in zip(tagged, answers[len(shown) :], strict=True)
            if isinstance(answer, Translation)
        }
        for segment, answer in zip(segments, answers, strict=False):
            segment.answer, segment.spans = answer, words
        self._try_again(segments)
        for segment in segments:
            self._settle(segment)
        return [self._result(document) for document in documents]

    def _translated(self, texts: Sequence[str], *, careful: bool) -> list[Answer]:
        """The adapter's answers; what stands there twice is translated once."""
        unique = sorted({*texts}, key=len)
        answers: dict[str, Answer] = {}
        for start in range(0, len(unique), self.count):
            batch = unique[start : start + self.count]
            asked = [Sentence(self.from_source(text), careful) for text in batch]
            for text, answer in zip(batch, self.ask(asked), strict=True):
                answers[text] = typography.set_in(self.languages[1], answer, text)
        return [answers[text] for text in texts]

    def _try_again(self, segments: Sequence[Segment]) -> None:
        """Flag the segments' answers, and put better ones where there are flags."""
        for segment in segments:
            if isinstance(segment.answer, Translation):
                segment.answer = self._flagged(segment, segment.answer)
                self._scale(segment, segment.answer)
        for way in (self._varied, self._with_codes, self._smaller) if self.params.retry else ():
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

    def _scale(self, segment: Segment, answer: Translation) -> None:
        """Put a number right whose scale is wrong, which models do often."""
        if self.params.retry and "number" in answer.flags:
            text = quantities.scaled(segment.shown, answer.translation, self.languages)
            found = self._flagged(segment, replace(answer, translation=text)) if text else answer
            segment.answer = min(answer, found, key=lambda each: len(each.flags))

    def _varied(self, segment: Segment) -> retry.Attempt | None:
        again = self.retry_unlikely or not _is_but_unlikely(segment)
        return retry.varied(segment.shown) if again else None

    def _with_codes(self, segment: Segment) -> retry.Attempt | None:
        if not isinstance(segment.answer, Translation):
            return None
        missed = self._faults(segment, segment.answer).get("term", ())
        found = self.glossary.found(segment.words)
        terms = {term.text: term.targets[0] for term in found if term.text in missed}
        if not terms:
            return None
        return retry.with_codes(segment.shown, [*terms.items()], self.languages[1])

    def _smaller(self, segment: Segment) -> retry.Attempt | None:
        if _is_but_unlikely(segment):
            return None  # parts are likelier than the whole, and no better
        fixed = {keep: keep for keep in segment.keeps}
        fixed |= {term.text: term.targets[0] for term in self.glossary.found(segment.words)}
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
        found = self._flagged(segment, typography.set_in(self.languages[1], whole, segment.shown))
        there = segment.answer
        if not isinstance(there, Translation) or len(found.flags) < len(there.flags):
            segment.answer = found
            self._scale(segment, found)

    def _flagged(self, segment: Segment, answer: Translation) -> Translation:
        return replace(answer, flags=[*self._faults(segment, answer)])

    def _faults(self, segment: Segment, answer: Translation) -> dict[str, list[str]]:
        """What looks wrong with a segment's answer; see Translation."""
        text = answer.translation
        found = checks.faults(segment.shown, text, segment.keeps, self.languages)
        missed = self.glossary.missed(segment.words, f"{text}\n{self.to_target(text)}")
        if missed:
            found["term"] = missed
        if answer.score is not UNSET and answer.score < self.unlikely:
            found["unlikely"] = []
        return found

    def _settle(self, segment: Segment) -> None:
        """The segment's last answer: what is wrong with it is noted, in the target's script."""
        answer = segment.answer
        if not isinstance(answer, Translation):
            return
        segment.faults = self._faults(segment, answer)
        if "empty" in segment.faults:
            segment.answer = replace(answer, translation=segment.shown)
            return
        others = answer.alternatives
        answer = replace(
            answer,
            translation=self.to_target(answer.translation),
            alternatives=others if others is UNSET else [*map(self.to_target, others)],
        )
        if not segment.is_sure(answer.translation):
            segment.faults["tags"] = []
        segment.answer = answer

    def _result(self, document: Document) -> Answer:
        answers: list[Translation] = []
        for segment in document.segments:
            if isinstance(segment.answer, RecordError):
                return segment.answer
            if segment.answer:
                answers.append(segment.answer)
        flags = [PASSED] if document.passed else []
        flags += ["foreign"] if document.third else []
        flags += dict.fromkeys(flag for each in document.segments for flag in each.faults)
        parts = _parts(document)
        doubts = [part for part in parts if part.faults]
        result = Translation(
            self._text(document), flags, _least(answers), doubts, self.languages[0], self.target
        )
        if self.params.segments:
            result = replace(result, segments=parts)
        if self.params.scores:
            scores = [answer.score for answer in answers if answer.score is not UNSET]
            result = replace(result, score=sum(scores) / len(scores) if scores else 0.0)
        if self.params.alternatives:
            others = [
                self._text(document, number) for number in range(1, self.params.alternatives + 1)
            ]
            others = [other for other in dict.fromkeys(others) if other != result.translation]
            result = replace(result, alternatives=others)
        return result

    def _text(self, document: Document, number: int = 0) -> str:
        """The document as Document.text has it; a page says that it is in the target language."""
        text = document.text(number)
        source = self.languages[0]
        page = document.page and document.flow
        return html.in_language(text, source, self.target) if page else text


def _parts(document: Document) -> list[Part]:
    """The segments that were translated, in the order of the document."""
    return [
        Part(
            _place(document, segment),
            segment.shown,
            segment.answer.translation,
            segment.faults,
            _least([segment.answer]),
        )
        for segment in sorted(document.segments, key=lambda each: (each.number, each.line))
        if isinstance(segment.answer, Translation)
    ]


def _least(answers: Sequence[Translation]) -> float | None:
    """The confidence of the least likely of some answers."""
    scores = [answer.score for answer in answers if answer.score is not UNSET]
    return round(math.exp(min(0, *scores)), 4) if scores else None


def _place(document: Document, segment: Segment) -> str:
    if document.number > 1:
        return f"text {segment.number}"
    return f"line {segment.line}" if document.line > 1 else ""


def _is_bad(segment: Segment) -> bool:
    return isinstance(segment.answer, RecordError) or bool(segment.answer and segment.answer.flags)


def _is_but_unlikely(segment: Segment) -> bool:
    """Whether nothing is wrong with its answer that can be named."""
    return isinstance(segment.answer, Translation) and segment.answer.flags == ["unlikely"]


def _together(answers: Sequence[Translation]) -> Translation:
    """The answers of a segment's parts as one: as likely as the least of them, no alternatives."""
    scores = [answer.score for answer in answers if answer.score is not UNSET]
    return Translation("", score=min(scores) if scores else UNSET)
