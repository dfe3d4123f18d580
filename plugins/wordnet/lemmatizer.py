"""The adapter: every word of a text by its lemma."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params, Stem

from .morphy import PARTS, Morphy
from .tagger import Tagger

WORD = re.compile(r"(?<!\w)(?<!\w['\u2019])((?!\w+['\u2019]t\b)[^\W\d_]+)")
"""A word, without what follows its apostrophe; contractions with "not" are left alone."""

SENTENCE_END = re.compile(r"[.!?\n]")
UNIVERSAL = {"NOUN": "noun", "VERB": "verb", "AUX": "verb", "ADJ": "adjective", "ADV": "adverb"}
CACHE = 1 << 16

Tag = Callable[[Sequence[str]], Iterable[str]]
"""From a sentence's words to their parts of speech."""


class Lemmatizer(Adapter[Text, Stem]):
    """WordNet's lemmas, in lower case; names, where tagged, as they stand.

    The model's files are WordNet's index.* and *.exc, and tagger.json.gz for ``--pos auto``.
    """

    tasks = ("stem",)
    batching = Batching(count=256, window=256)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.morphy = {part: self._morphy(part) for part in PARTS}
        self.lemma = lru_cache(CACHE)(self._lemma)

    def check(self, params: Params) -> None:
        """UsageError for another language than English."""
        if params.language != "en":
            raise UsageError(f"WordNet knows English only, not {params.language}")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Stem]:
        """The texts with their words as lemmas."""
        tag = self.tagger.tag if params.pos == "auto" else lambda words: [params.pos] * len(words)
        return [Stem(self._lemmatize(record.text, tag)) for record in batch]

    def _lemmatize(self, text: str, tag: Tag) -> str:
        parts = WORD.split(text)
        parts[1::2] = map(self.lemma, parts[1::2], _parts_of_speech(parts, tag))
        return "".join(parts)

    def _lemma(self, word: str, part: str) -> str:
        """``part`` is a part of speech of ours or a universal tag."""
        if part == "PROPN" or word == "I":
            return word
        morphy = self.morphy.get(UNIVERSAL.get(part, part))
        return morphy.lemma(word.lower()) if morphy else word.lower()

    @cached_property
    def tagger(self) -> Tagger:
        content = gzip.decompress(self.setup.file("tagger.json.gz").read_bytes())
        return msgspec.json.decode(content, type=Tagger)

    def _morphy(self, part: str) -> Morphy:
        names = f"index.{PARTS[part]}", f"{PARTS[part]}.exc"
        index, exceptions = (self.setup.file(name).read_text("utf-8") for name in names)
        return Morphy(part, index.splitlines(), exceptions.splitlines())


def _parts_of_speech(parts: Sequence[str], tag: Tag) -> Iterator[str]:
    """One a word; ``parts`` alternates what stands between the words with them."""
    words = parts[1::2]
    start = 0
    for end, gap in enumerate(parts[2::2], 1):
        if end == len(words) or SENTENCE_END.search(gap):
            yield from tag(words[start:end])
            start = end
