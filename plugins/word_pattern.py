"""The words of a text in any language with letters, and the text with others in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

COMBINING = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0b82\u0bbe-\u0bcd\u0bd7"
)
"""What belongs to the letter before it: accents of their own, the vowels and points of Arabic,
Hebrew, Devanagari and Tamil."""
MARKS = f"'\u2019\u200c\u200d{COMBINING}"
"""What may stand between the letters of a word: apostrophes, and what joins letters or does not."""

WORD = re.compile(
    rf"(^(?:[^\W\d_]|[{MARKS}])+$|[^\W\d_]+(?:[{MARKS}]+[^\W\d_]+)*[{COMBINING}]*)", re.MULTILINE
)
"""A word of a text; or a whole line without anything else, as in a list of words."""

LONG = 1 << 15
"""Characters of a text that are cut into words at a time."""

StemWords = Callable[[list[str]], list[str]]
"""From words to what stands for them."""


def stem_text(text: str, stem_words: StemWords, lower: bool = True) -> str:
    """The text with its words, in small letters unless ``lower`` is false, replaced."""
    found = []
    for piece in _pieces(text):
        parts = WORD.split(piece)
        words = parts[1::2]
        parts[1::2] = stem_words([word.lower() for word in words] if lower else words)
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
