"""Documents for an adapter that knows sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from msgspec.structs import replace

from nlptool.errors import RecordError, UsageError
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.plugins.asking import ask
from nlptool.tasks.translate import Params, Passage, Sentence, Translation, base, pair
from nlptool.translation import glossary, variants
from nlptool.translation.request import Request


class Translator(Adapter[Passage, Translation]):
    """Stands before the adapter of a model, which gets Sentences and gives Translations.

    The model's option ``unlikely`` is the mean log-probability below which one is flagged,
    ``retry_unlikely`` whether it is tried again then.
    """

    tasks = ("translate",)

    def __init__(self, inner: Adapter[Sentence, Translation]) -> None:
        super().__init__(inner.setup)
        self.inner = inner
        self.batching = inner.batching
        self.unlikely = inner.setup.options.get("unlikely") or -math.inf
        self.retry_unlikely = inner.setup.options.get("retry_unlikely", True)
        self.glossary = cache(_glossary)

    def close(self) -> None:
        """Let go of the model."""
        self.inner.close()

    def check(self, params: Params) -> None:
        """UsageError for languages that are not the model's, or no variant of Chinese."""
        _languages(self.setup, params)
        variants.to_target(params.target)
        variants.from_source(params.source)
        self.inner.check(params)

    def predict(self, batch: Sequence[Passage], params: Params) -> list[Translation | RecordError]:
        """Translate the documents; their sentences share batches."""
        languages = _languages(self.setup, params)
        scored = replace(params, scores=True)
        request = Request(
            lambda sentences: ask(self.inner, sentences, scored),
            count=self.batching.count,
            params=params,
            languages=languages,
            glossary=self.glossary(params.glossary, languages),
            unlikely=self.unlikely,
            retry_unlikely=self.retry_unlikely,
        )
        return request.answer(batch)


def _glossary(file: str | None, languages: tuple[str, str]) -> glossary.Glossary:
    return glossary.Glossary(glossary.read(file, languages) if file else {}, languages)


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
