"""A word and its part of speech to its lemma, by WordNet's lists of words and of irregular forms.

The endings are those of morphy(7WN), https://wordnet.princeton.edu/documentation/morphy7wn, with
adverbs' besides. Where several lemmas are possible, NLTK takes the shortest (boss: bos, doses: dos,
hoping: hop); here an irregular form goes first, then the endings in an order that English spelling
gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

PARTS = {"noun": "noun", "verb": "verb", "adjective": "adj", "adverb": "adv"}
"""Parts of speech, each with its name in WordNet's files."""

COMPARED = (("ier", "y"), ("iest", "y"), ("er", "e"), ("est", "e"), ("er", ""), ("est", ""))

ENDINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "noun": (
        ("s", ""),
        ("ies", "y"),
        ("ses", "s"),
        ("xes", "x"),
        ("zes", "z"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ves", "f"),
        ("men", "man"),
    ),
    "verb": (
        ("s", ""),
        ("ies", "y"),
        ("ied", "y"),
        ("es", "e"),
        ("es", ""),
        ("ed", "e"),
        ("ed", ""),
        ("ing", "e"),
        ("ing", ""),
    ),
    "adjective": COMPARED,
    "adverb": COMPARED,
}
"""What a word may lose at its end, and what takes its place; the likelier first."""

NO_PLURAL = re.compile("(?:ss|us|is|'s)$")
"""Ends of nouns whose s is no ending."""
SINGING = re.compile("ng(?:ing|ed)$")
"""After ng an e is rare (singing: sing, not singe)."""
DOUBLED = re.compile(r"([bdfgklmnprtvz])\1(?:ing|ed|er|est)$")
SHORTEST = 2
"""Letters of the shortest lemma that is left of a longer word."""

UNKNOWN = re.compile("(?:(?<=..)ies|(?<=[cs]h|ss)es|(?<=..[xz])es|(?<=...)(?<![su])s)$")


class Morphy:
    """The lemmas of one part of speech, from the lines of its files index.* and *.exc."""

    def __init__(self, part: str, index: Iterable[str], exceptions: Iterable[str]) -> None:
        self.part = part
        self.endings = ENDINGS[part]
        self.lemmas = {line.partition(" ")[0] for line in index if not line.startswith(" ")}
        self.exceptions = {word: forms for word, *forms in map(str.split, exceptions)}

    def irregular(self, word: str) -> str | None:
        """The lemma of an irregular form."""
        forms = self.exceptions.get(word, ())
        return next((form for form in forms if form in self.lemmas), None)

    def find(self, word: str) -> str | None:
        """The lemma of a lower-case word; None where WordNet has none for this part of speech."""
        irregular = self.irregular(word)
        if irregular:
            return irregular
        found = next((form for form in self._forms(word) if form in self.lemmas), None)
        if found is None and word in self.lemmas:
            return word
        return found

    def _forms(self, word: str) -> Iterator[str]:
        """What the word may be a regular form of."""
        if self.part == "noun" and NO_PLURAL.search(word):
            return
        endings = reversed(self.endings) if SINGING.search(word) else self.endings
        for old, new in endings:
            if word.endswith(old) and len(word) - len(old) + len(new) >= SHORTEST:
                yield word.removesuffix(old) + new
        doubled = DOUBLED.search(word)
        if doubled and word not in self.lemmas:
            yield word[: doubled.start() + 1]


def singular(word: str) -> str:
    """The singular of a noun that WordNet does not have, as its end tells it."""
    if NO_PLURAL.search(word):
        return word
    found = UNKNOWN.search(word)
    return word if found is None else word[: found.start()] + ("y" if found[0] == "ies" else "")
