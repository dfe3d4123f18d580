"""The adapter: every word of a text by its lemma."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params, Stem

from .morphy import PARTS, Morphy, singular
from .tagger import Tagger

TOKEN = re.compile(
    r"(?<!\w)(?:(?P<clitic>n['\u2019]t|['\u2019](?:s|m|re|ve|ll|d))(?!\w)"
    r"|(?P<name>\w+://\S+|\w+(?:[.@/_]\w+)+)"
    r"|(?<!\w['\u2019])(?P<word>[^\W\d_]+))"
    r"|(?P<behind>['\u2019](?:s|m|re|ve|ll|d)\b)",
    re.IGNORECASE,
)
"""A word; a clitic by itself, as treebanks have them; one behind its word; an address, a file."""

NOT = re.compile(r"([^\W\d_]+)(n['\u2019]t)", re.IGNORECASE)
"""A contraction with "not"."""

SENTENCE_END = re.compile(r"[.!?\n]")
UNIVERSAL = {"NOUN": "noun", "VERB": "verb", "AUX": "verb", "ADJ": "adjective", "ADV": "adverb"}
OTHERS = ("verb", "noun", "adjective", "adverb")
"""The parts of speech in the order in which a word is looked for that is none of its own."""

FORMS = {
    "PRON": {"me": "I", "him": "he", "them": "they", "us": "we", "these": "this", "those": "that"},
    "DET": {"an": "a", "these": "this", "those": "that"},
    "AUX": {"ca": "can", "wo": "will", "sha": "shall", "'d": "would"},
    "": {"'m": "be", "'re": "be", "'s": "be", "'ve": "have", "'ll": "will", "'d": "would"},
}
FORMS["PART"] = {"n't": "not", "'s": "'s"}
"""Words that only grammar has: their lemmas by part of speech, of clitics at "" by any."""

CACHE = 1 << 16


class Lemmatizer(Adapter[Text, Stem]):
    """WordNet's lemmas, in lower case; names and abbreviations, where tagged, as they stand.

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
        return [Stem("".join(self._parts(record.text, params.pos))) for record in batch]

    def _parts(self, text: str, pos: str) -> Iterator[str]:
        """The text, its words as lemmas."""
        start = 0
        for sentence in _sentences(text):
            tags = self._tags(sentence, pos)
            for token in sentence:
                yield text[start : token.start()]
                yield self._shown(token, next(tags))
                if NOT.fullmatch(token[0]):
                    next(tags)
                start = token.end()
        yield text[start:]

    def _tags(self, sentence: Sequence[re.Match[str]], pos: str) -> Iterator[str]:
        """A part of speech for each word that the tagger would see."""
        words = list(_words(sentence))
        if pos != "auto":
            return iter([pos] * len(words))
        if len(words) == 1:
            return iter([self._alone(words[0])])
        return iter([*self.tagger.tag(words)])

    def _alone(self, word: str) -> str:
        """The part of speech of a word without others: that of an irregular form, else tagged."""
        parts = (part for part in OTHERS if self.morphy[part].irregular(word.lower()))
        return next(parts, None) or next(iter(self.tagger.tag([word])))

    def _shown(self, token: re.Match[str], tag: str) -> str:
        if token.lastgroup in ("name", "behind") or NOT.fullmatch(token[0]):
            return token[0]
        return self.lemma(token[0].replace("\u2019", "'"), tag)

    def _lemma(self, word: str, tag: str) -> str:
        """``tag`` is a part of speech of ours or a universal tag."""
        lower = word.lower()
        if tag == "PROPN" or word == "I":
            return self._name(word)
        grammar = FORMS.get(tag, {}).get(lower) or ("'" in word and FORMS[""].get(lower))
        if grammar:
            # the US is no pronoun
            return word if tag == "PRON" and len(word) > 1 and word.isupper() else grammar
        part = UNIVERSAL.get(tag, tag)
        if part not in self.morphy:
            return lower
        parts = (part, *(other for other in OTHERS if other != part))
        found = (self.morphy[each].find(lower) for each in parts)
        lemma = next(filter(None, found), None)
        if lemma:
            return lemma
        if word.isupper():
            return word
        return singular(lower) if part == "noun" else lower

    def _name(self, word: str) -> str:
        """A name as it stands, but for a plural that WordNet knows the singular of (Americans)."""
        lower = word.lower()
        if word.istitle() and lower.endswith("s") and lower not in self.morphy["noun"].lemmas:
            found = self.morphy["noun"].find(lower)
            if found:
                return found.title()
        return word

    @cached_property
    def tagger(self) -> Tagger:
        content = gzip.decompress(self.setup.file("tagger.json.gz").read_bytes())
        return msgspec.json.decode(content, type=Tagger)

    def _morphy(self, part: str) -> Morphy:
        names = f"index.{PARTS[part]}", f"{PARTS[part]}.exc"
        index, exceptions = (self.setup.file(name).read_text("utf-8") for name in names)
        return Morphy(part, index.splitlines(), exceptions.splitlines())


def _sentences(text: str) -> Iterator[list[re.Match[str]]]:
    """The tokens of a text, a sentence at a time."""
    sentence: list[re.Match[str]] = []
    for token in TOKEN.finditer(text):
        if sentence and SENTENCE_END.search(text, sentence[-1].end(), token.start()):
            yield sentence
            sentence = []
        sentence.append(token)
    if sentence:
        yield sentence


def _words(sentence: Iterable[re.Match[str]]) -> Iterator[str]:
    """What the tagger sees: contractions with "not" as two words."""
    for token in sentence:
        word = token[0].replace("\u2019", "'")
        negated = NOT.fullmatch(word)
        yield from negated.groups() if negated else (word,)
