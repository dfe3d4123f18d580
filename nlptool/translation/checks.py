"""What can be wrong with a translation, told from its text alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nlptool.models.languages import HAN, HANGUL, KANA
from nlptool.translation.segment import UNSPACED

REPEATED = re.compile(r"(?=(\S.{0,29}?)\1{3})", re.DOTALL)
"""A piece of up to 30 characters, four times in a row."""

REPEATED_LENGTH = 6
"""Characters that a repetition has at least: "ha ha ha ha" is none, "的的的的的的" is one."""

LONGEST, SHORTEST, SLACK = 3.0, 0.4, 20
"""By how much the lengths of text and translation may differ: a ratio, and some characters."""

NUMBER = re.compile(r"\d+(?:[.,\s']\d{3})*(?:\.\d+)?")
SCALE = re.compile(
    r"\s*(?:hundred|thousand|million|billion|trillion|dozen|k\b|m\b|bn\b|s\b|[十百千万萬亿億兆])",
    re.I,
)
GROUPING = re.compile(r"[.,\s'](?=\d{3}(?!\d))")
OTHER_MARKS = str.maketrans(",.", ".,")
"""1.5 is 1,5 in other languages."""
AFTERNOON = re.compile(r"(?::\d\d)?\s*p\.?m\b", re.I)
NUMERALS = "零一二三四五六七八九"
ENGLISH = "zero one two three four five six seven eight nine ten eleven twelve"


def flags(
    source: str, translation: str, keeps: Sequence[str], languages: tuple[str, str]
) -> list[str]:
    """Names of what looks wrong: ``empty``, ``repeated``, ``too-long``, ``too-short``, ``copied``
    or ``lost`` (a placeholder or a number is not there)."""
    if not translation.strip():
        return ["empty"]
    found = []
    if _repeats(translation) > max(REPEATED_LENGTH - 1, 2 * _repeats(source)):
        found.append("repeated")
    before, after = _weight(source), _weight(translation)
    if after > before * LONGEST + SLACK:
        found.append("too-long")
    if before > after / SHORTEST + SLACK:
        found.append("too-short")
    if _copied(source, translation, languages):
        found.append("copied")
    if lost(source, translation, keeps):
        found.append("lost")
    return found


def lost(source: str, translation: str, keeps: Sequence[str]) -> list[str]:
    """Placeholders and numbers that the translation does not have as often as the text."""
    missing = [keep for keep, count in Counter(keeps).items() if translation.count(keep) != count]
    figures = {*map(_figure, NUMBER.findall(translation))}
    for found in NUMBER.finditer(source):
        number, end = found[0], found.end()
        if SCALE.match(source, end) or any(number in keep for keep in keeps):
            continue
        written = {_figure(number)}
        if len(number) <= 2 and AFTERNOON.match(source, end):
            written.add(str(int(number) % 12 + 12))
        other = number.translate(OTHER_MARKS)
        there = written & figures or (other != number and other in translation)
        if not (there or _spelled(number, translation)):
            missing.append(number)
    return missing


def _figure(number: str) -> str:
    """A number without the marks between its thousands and without zeros before it."""
    return GROUPING.sub("", number).lstrip("0") or "0"


def _spelled(digits: str, translation: str) -> bool:
    """Whether a number below a hundred stands there in words."""
    if len(digits) > 2 or not digits.isascii():
        return False
    number = int(digits)
    tens, ones = divmod(number, 10)
    chinese = ("" if tens < 2 else NUMERALS[tens]) + ("十" if tens else "")
    chinese += NUMERALS[ones] if ones or not tens else ""
    words = [chinese, "两" if number == 2 else chinese]
    words += ENGLISH.split()[number : number + 1]
    return any(word in translation.lower() for word in words)


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
