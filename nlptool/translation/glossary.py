"""A glossary: terms and what they are to be in translations."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from nlptool.errors import InputError
from nlptool.tasks.translate import base

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

Terms = Mapping[str, Sequence[str]]
"""Terms, each with the translations that are right, the best first."""

LIMIT = 64 << 20
"""Characters of a glossary."""


def read(file: str, languages: tuple[str, str]) -> Terms:
    """The terms of a file: TBX, or a table of a term and its translations, separated by tabs or
    commas.

    InputError where there is no such file, or a row has no two columns.
    """
    try:
        with Path(file).open(encoding="utf-8-sig") as opened:
            text = opened.read(LIMIT)
        if len(text) == LIMIT:
            raise InputError(f"glossary {file}: more than {LIMIT >> 20} MiB is no glossary")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"glossary {file}: {getattr(error, 'strerror', None) or error}") from error
    if text.lstrip().startswith("<"):
        try:
            return _tbx(text, languages)
        except ElementTree.ParseError as error:
            raise InputError(f"glossary {file}: {error}") from error
    delimiter = "\t" if "\t" in text else ","
    terms: dict[str, list[str]] = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        targets = [cell for cell in cells[1:] if cell]
        if not (cells[0] and targets):
            raise InputError(f"glossary {file}:{number}: expected a term and its translations")
        terms.setdefault(cells[0], []).extend(targets)
    return terms


def _tbx(text: str, languages: tuple[str, str]) -> Terms:
    """The terms of a TBX file (ISO 30042), version 2 or 3."""
    terms: dict[str, list[str]] = {}
    for entry in ElementTree.fromstring(text).iter():  # noqa: S314
        if _local(entry) not in ("termEntry", "conceptEntry"):
            continue
        found: dict[str, list[str]] = {}
        for section in entry.iter():
            if _local(section) in ("langSet", "langSec"):
                words = [each.text or "" for each in section.iter() if _local(each) == "term"]
                found.setdefault(base(section.get(LANGUAGE, "")), []).extend(words)
        source, target = (found.get(language, []) for language in languages)
        for word in source if target else ():
            terms.setdefault(word, []).extend(target)
    return terms


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


class Found(NamedTuple):
    """A term as it stands in a text, and its translations."""

    text: str
    targets: Sequence[str]


class Glossary:
    """Finds terms in text, the longest first, in upper and lower case and inflected."""

    def __init__(self, terms: Terms, languages: tuple[str, str]) -> None:
        self.source, self.target = (_stemmer(language) for language in languages)
        self.terms: dict[tuple[str, ...], Sequence[str]] = {}
        for term, targets in terms.items():
            self.terms.setdefault(tuple(self._key(term)), targets)
        self.longest = max(map(len, self.terms), default=0)
        unspaced = [term for term in terms if not WORD.fullmatch(term[0]) or not term.isascii()]
        self.literal = {term: terms[term] for term in sorted(unspaced, key=len, reverse=True)}

    def _key(self, text: str) -> list[str]:
        return [self.source(word[0].casefold()) for word in WORD.finditer(text)]

    def found(self, text: str) -> list[Found]:
        """The terms in a text as they stand there."""
        if not self.terms:
            return []
        words = list(WORD.finditer(text))
        keys = [self.source(word[0].casefold()) for word in words]
        found: list[Found] = []
        start = 0
        while start < len(words):
            for length in range(min(self.longest, len(words) - start), 0, -1):
                targets = self.terms.get(tuple(keys[start : start + length]))
                if targets:
                    span = text[words[start].start() : words[start + length - 1].end()]
                    found.append(Found(span, targets))
                    start += length - 1
                    break
            start += 1
        there = {term.text for term in found}
        return found + [
            Found(term, targets)
            for term, targets in self.literal.items()
            if term in text and not any(term in other for other in there)
        ]

    def missed(self, text: str, translation: str) -> list[str]:
        """The terms of a text of which no translation stands in its translation."""
        stems = [self.target(word.casefold()) for word in WORD.findall(translation)]
        there = f" {' '.join(stems)} "
        return [
            term.text
            for term in self.found(text)
            if not any(
                target.casefold() in translation.casefold()
                or f" {' '.join(self.target(w.casefold()) for w in WORD.findall(target))} " in there
                for target in term.targets
            )
        ]


def _stemmer(language: str) -> Callable[[str], str]:
    """A word's stem by Snowball; the word itself in a language that Snowball has not."""
    if language not in STEMMERS:
        return str
    import Stemmer

    stem: Callable[[str], str] = Stemmer.Stemmer(STEMMERS[language]).stemWord
    return stem
