"""What can be wrong with a translation, told from its text alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nlptool.models.languages import HAN, HANGUL, KANA
from nlptool.translation import negation
from nlptool.translation.quantities import missing
from nlptool.translation.segment import UNSPACED

REPEATED = re.compile(r"(?=(\S.{0,29}?)\1{3})", re.DOTALL)
"""A piece of up to 30 characters, four times in a row."""

REPEATED_LENGTH = 6
"""Characters that a repetition has at least: "ha ha ha ha" is none, "的的的的的的" is one."""

LONGEST, SHORTEST, SLACK = 3.0, 0.4, 20
"""By how much the lengths of text and translation may differ: a ratio, and some characters."""

LEFT = re.compile(r"(?<![A-Za-z\-./@_])[a-z]{3,}(?![A-Za-z\-./@_])")
"""A word of English in small letters, which is no name."""
BRACKETS = re.compile(r"[(（“][^()（）“”]*[)）”]")
"""Where a word of another language may stand beside its translation."""


def faults(
    source: str, translation: str, keeps: Sequence[str], languages: tuple[str, str]
) -> dict[str, list[str]]:
    """What looks wrong: the names that Translation explains, each with what of the text it is
    about, as far as there is something to name."""
    if not translation.strip():
        return {"empty": []}
    found: dict[str, list[str]] = {}
    if _repeats(translation) > max(REPEATED_LENGTH - 1, 2 * _repeats(source)):
        found["repeated"] = []
    before, after = _weight(source), _weight(translation)
    if after > before * LONGEST + SLACK:
        found["too-long"] = []
    if before > after / SHORTEST + SLACK:
        found["too-short"] = []
    plain, other = _without(source, keeps), _without(translation, keeps)
    named = {
        "left": left(plain, other) if languages == ("en", "zh") else [],
        "lost": lost(translation, keeps),
        "number": missing(plain, other, languages),
    }
    if _copied(source, translation, languages):
        found["copied"] = []
        del named["left"]
    found |= {name: what for name, what in named.items() if what}
    if negation.lost(source, translation, languages):
        found["negation"] = []
    return found


def left(source: str, translation: str) -> list[str]:
    """English words that stand in the translation, untranslated."""
    there = {*LEFT.findall(BRACKETS.sub("", translation))}
    return [word for word in LEFT.findall(source) if word in there]


def _without(text: str, keeps: Sequence[str]) -> str:
    for keep in keeps:
        text = text.replace(keep, " ", 1)
    return text


def lost(translation: str, keeps: Sequence[str]) -> list[str]:
    """Placeholders that the translation does not have as often as the text."""
    return [keep for keep, count in Counter(keeps).items() if _count(translation, keep) != count]


def _count(text: str, keep: str) -> int:
    """How often something stands there, not as a part of a word."""
    before = r"(?<![A-Za-z0-9_])" if keep[0].isalnum() else ""
    after = r"(?![A-Za-z0-9_])" if keep[-1].isalnum() else ""
    return len(re.findall(f"{before}{re.escape(keep)}{after}", text))


def _repeats(text: str) -> int:
    """The length of the longest repetition in a row."""
    longest = 0
    position = 0
    while found := REPEATED.search(text, position):
        piece = found[1]
        end = found.start() + len(piece)
        while text.startswith(piece, end):
            end += len(piece)
        longest = max(longest, end - found.start())
        position = end
    return longest


def _weight(text: str) -> int:
    """The length of a text; a character of Chinese, Japanese or Korean counts as three."""
    wide = sum(len(pattern.findall(text)) for pattern in (HAN, KANA, HANGUL))
    return len(text) + 2 * wide


def _copied(source: str, translation: str, languages: tuple[str, str]) -> bool:
    """Whether nothing was translated; between languages of one script names may stay."""
    if source.casefold().strip(" .。") != translation.casefold().strip(" .。"):
        return False
    scripts = {language in UNSPACED for language in languages}
    return len(scripts) == 2 or len(source.split()) > 3
