"""Lemmas of many languages by Simplemma."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params, Stem

from .word_pattern import stem_text

CODES = (
    "ar ast bg ca cs cy da de el en eo es et fa fi fr ga gd gl he hi hu hy id is it ka la lb lt lv "
    "mk ml ms nb nl nn pl pt ro ru sk sl sq sv sw tl tr uk"
)
NAMES = {**dict.fromkeys(CODES.split()), "no": "nb", "hr": "hbs", "bs": "hbs"}
"""Languages by code, with Simplemma's name of those that it calls otherwise."""

ELIDED = re.compile("(?:.*['\u2019])?", re.DOTALL)
"""What stands before the apostrophe in French, Italian and Catalan: a word of its own (l'école)."""
ELIDING = ("fr", "it", "ca")


class Lemmatizer(Adapter[Text, Stem]):
    """Every word of a text by its lemma, in the capitals that Simplemma's lists have."""

    tasks = ("stem",)
    needs = {"simplemma": "nlptool[lemma]"}
    batching = Batching(count=1024, window=1024)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import simplemma

        self.lemma = simplemma.lemmatize

    def check(self, params: Params) -> None:
        """UsageError for a part of speech, and for a language that has no list."""
        if params.pos != "auto":
            raise UsageError(f"model {self.setup.model} takes no --pos")
        if params.language not in NAMES:
            raise UsageError(
                f"{self.setup.model} does not know the language {params.language}; "
                f"it knows {', '.join(sorted(NAMES))}"
            )

    def predict(self, batch: Sequence[Text], params: Params) -> list[Stem]:
        """The texts with their words as lemmas."""
        language = NAMES[params.language] or params.language

        def lemmas(words: list[str]) -> list[str]:
            if language not in ELIDING:
                return [self.lemma(word, lang=language) for word in words]
            starts = [found.end() for word in words if (found := ELIDED.match(word))]
            return [
                word[:start] + (self.lemma(word[start:], lang=language) if word[start:] else "")
                for word, start in zip(words, starts, strict=True)
            ]

        return [Stem(stem_text(record.text, lemmas, lower=False)) for record in batch]
