"""Ways to have a segment translated: the first, and others where its answer looks wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nlptool.translation.segment import joint

SHORT = 3
"""Words of a text that may lack the full stop that a model waits for."""

ABBREVIATION = 3
"""Letters of a word in capitals that may stand for more than one word."""

STOPS = ".!?。！？…:：;；"
CLAUSES = re.compile(r"(?<=[,;:])(\s+)|(?<=[，；：、])()")
CODES = ("NT", "XT", "QT", "ZZT")
"""What a code begins with, where the text has none that does."""
HALF = 8
"""Words, or characters of Chinese, from which on a text is cut in the middle at last."""


class Attempt(NamedTuple):
    """Texts to translate, and how their translations become one."""

    texts: list[str]
    put: Callable[[Sequence[str]], str]


def calm(text: str) -> str:
    """A text in capitals as a sentence, for few models have learned to read them; abbreviations
    that stand alone stay."""
    letters = [letter for letter in text if letter.isalpha()]
    if not all(map(str.isupper, letters)) or (" " not in text and len(letters) <= ABBREVIATION):
        return text
    return re.sub(r"\bi\b", "I", text.capitalize())


def varied(text: str) -> Attempt:
    """The text as models like it, but for capitals if ``calm`` changes them: with a full stop."""
    changed = text.capitalize() if text.isupper() and calm(text) == text else text
    if text[-1] in STOPS or len(text.split()) > SHORT:
        return Attempt([changed], lambda done: done[0])
    return Attempt([f"{changed}."], lambda done: done[0].rstrip(".。 "))


def with_codes(text: str, terms: Sequence[tuple[str, str]], target: str) -> Attempt:
    """The text with a code in the place of each term, for models leave codes as they are; then the
    term's translation in that of the code."""
    letters = next((each for each in CODES if each not in text), CODES[-1])
    words = {}
    for number, (term, translation) in enumerate(terms, 1):
        code = f"{letters}{number}"
        whole_term = rf"(?<![A-Za-z0-9]){re.escape(term)}(?![A-Za-z0-9])"
        text, words[code] = re.sub(whole_term, code, text), translation

    def put(done: Sequence[str]) -> str:
        parts = re.split(rf"({letters}\d+)", done[0])
        return _joined([words.get(part, part) for part in parts], target)

    return Attempt([text], put)


def smaller(text: str, fixed: Sequence[tuple[str, str]], target: str) -> Attempt | None:
    """The text in parts: cut at what is fixed, which is replaced as told; where nothing is, at
    commas, and at last in the middle. None for what cannot be cut."""
    replaced = dict(fixed)
    if replaced:
        found = re.split("(" + "|".join(map(re.escape, replaced)) + ")", text)
        parts = [replaced[part] if index % 2 else part for index, part in enumerate(found)]
        open_ = [index for index in range(0, len(parts), 2) if _spoken(parts[index])]
    else:
        parts = [part or "" for part in CLAUSES.split(text)]
        parts = _halves(text) if len(parts) == 1 else parts
        open_ = [index for index, part in enumerate(parts) if _spoken(part)]
        if len(open_) < 2:
            return None

    def put(done: Sequence[str]) -> str:
        words = list(parts)
        for index, translation in zip(open_, done, strict=True):
            words[index] = _spaced(parts[index], translation)
        return _joined(words, target)

    return Attempt([parts[index].strip() for index in open_], put)


def _spoken(part: str) -> bool:
    return any(character.isalpha() for character in part)


def _halves(text: str) -> list[str]:
    words = text.split(" ")
    if len(words) >= HALF:
        middle = len(words) // 2
        return [" ".join(words[:middle]), " ", " ".join(words[middle:])]
    middle = len(text) // 2
    return [text[:middle], text[middle:]] if len(words) == 1 and len(text) >= HALF else [text]


def _spaced(part: str, translation: str) -> str:
    """A translation with the white space that stood around the part."""
    before = part[: len(part) - len(part.lstrip())]
    after = part[len(part.rstrip()) :]
    return f"{before}{translation}{after}"


def _joined(words: Sequence[str], target: str) -> str:
    """The words with the space between them that the target language has."""
    text = ""
    for word in words:
        left, right = text.rstrip(), word.lstrip()
        gap = text[len(left) :] + word[: len(word) - len(right)]
        text = left + joint(left, gap, right, target) + right if right else text + word
    return text.strip()
