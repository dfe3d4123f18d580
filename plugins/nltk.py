"""Stemming by NLTK's algorithms, run by PyStemmer where that gives the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params, Stem

LANGUAGES = {
    "ar": "arabic",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "hu": "hungarian",
    "it": "italian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "es": "spanish",
    "sv": "swedish",
}
"""The languages of Snowball in NLTK."""

MARKS = "'\u2019\u0300-\u036f\u064b-\u065f\u0670"
"""What may stand inside a word beside letters: apostrophes, and accents of their own."""

WORD = re.compile(rf"(^(?:[^\W\d_]|[{MARKS}])+$|[^\W\d_]+(?:[{MARKS}]+[^\W\d_]+)*)", re.MULTILINE)
"""A word of a text; or a whole line without anything else, as in a list of words."""

DOUBLED_BEFORE = ("ed", "eds", "ing", "ings")
DOUBLED = re.compile(r"([^aeioubdfgmnprtlsz])\1(?:ed|ing)s?$")
"""Where Porter's algorithm halves any double letter (trekking: trek), Snowball's edition of it,
which PyStemmer has, halves those of a list alone (trekking: trekk)."""

CACHE = 1 << 16

LONG = 1 << 15
"""Characters of a text that are cut into words at a time."""

StemWords = Callable[[list[str]], list[str]]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``engine``: ``auto`` gives NLTK's answers, for Porter by PyStemmer.

    PyStemmer's Snowball has moved on since NLTK's was written, so it is taken only when asked for.
    """

    algorithm: Literal["porter", "snowball", "lancaster"] = "porter"
    engine: Literal["auto", "nltk", "pystemmer"] = "auto"


class Stemmer(Adapter[Text, Stem]):
    """Every word of a text by its stem, in lower case."""

    tasks = ("stem",)
    needs = {"nltk": "nlptool[stem]", "Stemmer": "nlptool[stem]"}
    batching = Batching(count=4096, window=4096)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.options = setup.read_options(Options)
        self.stem_words = cache(self._stem_words)

    def check(self, params: Params) -> None:
        """UsageError for a part of speech, and for a language that the algorithm does not know."""
        algorithm = self.options.algorithm
        if params.pos != "auto":
            raise UsageError("a part of speech is for lemmas: --lemma --pos ...")
        known = LANGUAGES if algorithm == "snowball" else ("en",)
        if params.language not in known:
            hint = "" if algorithm == "snowball" else " (try --algorithm snowball)"
            raise UsageError(
                f"{algorithm} does not know the language {params.language}; "
                f"it knows {', '.join(known)}{hint}"
            )

    def predict(self, batch: Sequence[Text], params: Params) -> list[Stem]:
        """The texts with their words stemmed."""
        stem_words = self.stem_words(LANGUAGES[params.language])
        texts = [record.text for record in batch]
        joined = "\n".join(texts)
        if joined.count("\n") >= len(texts):
            return [Stem(_stem_text(text, stem_words)) for text in texts]
        if "".join(texts).replace("'", "").isalpha():
            stems = stem_words(joined.lower().split("\n"))
        else:
            stems = _stem_text(joined, stem_words).split("\n")
        return [Stem(stem) for stem in stems]

    def _stem_words(self, language: str) -> StemWords:
        """The engine: lower-case words in, their stems out."""
        algorithm, engine = self.options.algorithm, self.options.engine
        if engine == "pystemmer" and algorithm == "lancaster":
            raise UsageError("PyStemmer has no Lancaster stemmer")
        if engine == "pystemmer":
            return _pystemmer("porter" if algorithm == "porter" else language)
        if engine == "auto" and algorithm == "porter":
            return _porter()
        return _nltk(algorithm, language)


def _stem_text(text: str, stem_words: StemWords) -> str:
    found = []
    for piece in _pieces(text):
        parts = WORD.split(piece)
        parts[1::2] = stem_words([word.lower() for word in parts[1::2]])
        found.append("".join(parts))
    return "".join(found)


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces that have the same words: lines, and parts of long lines.

    A part ends behind a space, and the line goes on with another space in it, so that no part is
    taken for a whole line.
    """
    start = 0
    while len(text) - start > LONG:
        end = text.find("\n", start + LONG) + 1
        if not end or end > start + 2 * LONG:
            space = text.find(" ", start + LONG) + 1
            if space and text.find(" ", space, end or len(text)) >= 0:
                end = space
        if not end:
            break
        yield text[start:end]
        start = end
    yield text[start:]


def _porter() -> StemWords:
    """NLTK's answers, from PyStemmer but for the few words where the two differ."""
    fast = _pystemmer("porter")
    exact = cache(lambda: _nltk("porter", "english"))

    def stem_words(words: list[str]) -> list[str]:
        stems = fast(words)
        for index in [at for at, word in enumerate(words) if word.endswith(DOUBLED_BEFORE)]:
            if DOUBLED.search(words[index]):
                stems[index] = exact()([words[index]])[0]
        return stems

    return stem_words


def _pystemmer(name: str) -> StemWords:
    import Stemmer as pystemmer

    stem_words: StemWords = pystemmer.Stemmer(name, 0).stemWords
    return stem_words


def _nltk(algorithm: str, language: str) -> StemWords:
    from nltk import stem as nltk_stem

    if algorithm == "porter":
        stemmer = nltk_stem.PorterStemmer(mode=nltk_stem.PorterStemmer.ORIGINAL_ALGORITHM)
    elif algorithm == "lancaster":
        stemmer = nltk_stem.LancasterStemmer()
    else:
        stemmer = nltk_stem.SnowballStemmer(language)
    stem = lru_cache(CACHE)(stemmer.stem)
    return lambda words: [stem(word) for word in words]
