"""WordNet's morphy: a word and its part of speech to its lemma, as NLTK's lemmatiser finds it.

The rules are those of morphy(7WN), https://wordnet.princeton.edu/documentation/morphy7wn. NLTK
reads all of WordNet for them, this the lists of words and exceptions alone, in a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PARTS = {"noun": "noun", "verb": "verb", "adjective": "adj", "adverb": "adv"}
"""Parts of speech, each with its name in WordNet's files."""

ENDINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "noun": (
        ("s", ""),
        ("ses", "s"),
        ("ves", "f"),
        ("xes", "x"),
        ("zes", "z"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("men", "man"),
        ("ies", "y"),
    ),
    "verb": (
        ("s", ""),
        ("ies", "y"),
        ("es", "e"),
        ("es", ""),
        ("ed", "e"),
        ("ed", ""),
        ("ing", "e"),
        ("ing", ""),
    ),
    "adjective": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "adverb": (),
}
"""What a word may lose at its end, and what takes its place."""


class Morphy:
    """The lemmas of one part of speech, from the lines of its files index.* and *.exc."""

    def __init__(self, part: str, index: Iterable[str], exceptions: Iterable[str]) -> None:
        self.endings = ENDINGS[part]
        self.lemmas = {line.partition(" ")[0] for line in index if not line.startswith(" ")}
        self.exceptions = {word: forms for word, *forms in map(str.split, exceptions)}

    def lemma(self, word: str) -> str:
        """The shortest base form of a lower-case word, the word itself where WordNet has none."""
        forms = self.exceptions.get(word) or [
            word.removesuffix(old) + new for old, new in self.endings if word.endswith(old)
        ]
        found = [form for form in (word, *forms) if form in self.lemmas]
        return min(found, key=len) if found else word
