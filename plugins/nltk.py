"""Stemming by PyStemmer, which has Snowball's own algorithms as they are today, and by NLTK."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params, Stem

from .word_pattern import StemWords, stem_text

LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Snowball's languages, as PyStemmer names them."""

OLD = ["ar", "da", "nl", "en", "fi", "fr", "de", "hu", "it", "no", "pt", "ro", "ru", "es", "sv"]
"""Those of NLTK's edition of Snowball."""

TURKISH = str.maketrans({"I": "\u0131", "\u0130": "i"})
"""Capitals whose small letters are others than in other languages."""

DOUBLED_BEFORE = ("ed", "eds", "ing", "ings")
DOUBLED = re.compile(r"([^aeioubdfgmnprtlsz])\1(?:ed|ing)s?$")
"""Where Porter's algorithm halves any double letter (trekking: trek), Snowball's edition of it,
which PyStemmer has, halves those of a list alone (trekking: trekk)."""

CACHE = 1 << 16


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``engine``: ``auto`` gives Snowball's current answers by PyStemmer, and for Porter NLTK's
    by it, which are Porter's of 1980; Lancaster is NLTK's alone.

    NLTK's Snowball is an older edition (added: ad, emergency: emerg).
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
        known: Iterable[str] = ("en",)
        if algorithm == "snowball":
            known = OLD if self.options.engine == "nltk" else LANGUAGES
        if params.language not in known:
            hint = "" if known is LANGUAGES else " (try --algorithm snowball)"
            raise UsageError(
                f"{self.setup.model} does not know the language {params.language}; "
                f"it knows {', '.join(known)}{hint}"
            )

    def predict(self, batch: Sequence[Text], params: Params) -> list[Stem]:
        """The texts with their words stemmed."""
        stem_words = self.stem_words(LANGUAGES[params.language])
        texts = [record.text for record in batch]
        if params.language == "tr":
            texts = [text.translate(TURKISH) for text in texts]
        joined = "\n".join(texts)
        if joined.count("\n") >= len(texts):
            return [Stem(stem_text(text, stem_words)) for text in texts]
        if "".join(texts).replace("'", "").isalpha():
            stems = stem_words(joined.lower().split("\n"))
        else:
            stems = stem_text(joined, stem_words).split("\n")
        return [Stem(stem) for stem in stems]

    def _stem_words(self, language: str) -> StemWords:
        """The engine: lower-case words in, their stems out."""
        algorithm, engine = self.options.algorithm, self.options.engine
        if engine == "pystemmer" and algorithm == "lancaster":
            raise UsageError("PyStemmer has no Lancaster stemmer")
        if engine == "pystemmer" or (engine == "auto" and algorithm == "snowball"):
            return _pystemmer("porter" if algorithm == "porter" else language)
        if engine == "auto" and algorithm == "porter":
            return _porter()
        return _nltk(algorithm, language)


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
