"""A glossary: terms that are always translated in the same way."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from nlptool.errors import InputError


def read(file: str) -> dict[str, str]:
    """Terms and their translations, from a file of two columns: tab-separated, or csv.

    InputError where there is no such file, or a row has not two columns.
    """
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"glossary {file}: {getattr(error, 'strerror', None) or error}") from error
    delimiter = "\t" if "\t" in text else ","
    terms = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != 2 or not all(cells):
            raise InputError(f"glossary {file}:{number}: expected a term and its translation")
        terms[cells[0]] = cells[1]
    return terms


class Glossary:
    """Finds terms in text, the longest first, in upper and lower case."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self.terms = {term.casefold(): translation for term, translation in terms.items()}
        names = sorted(terms, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(_pattern, names)) or r"(?!)", re.IGNORECASE)

    def found(self, text: str) -> list[tuple[str, str]]:
        """The terms in a text as they stand there, each with its translation."""
        matches = [found[0] for found in self.pattern.finditer(text)]
        return [(match, self.terms[match.casefold()]) for match in matches]


def _pattern(term: str) -> str:
    """A term as a whole word, where it begins and ends with what has words."""
    start = r"\b" if term[0].isascii() and term[0].isalnum() else ""
    end = r"\b" if term[-1].isascii() and term[-1].isalnum() else ""
    return start + re.escape(term) + end
