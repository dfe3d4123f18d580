"""Numbers in English: digits, words, scales, dates and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from nlptool.translation.quantity import (
    BARE,
    NUMBER,
    SIGNS,
    Quantity,
    kinds_behind,
    one,
    readings,
    time_of,
)

WORDS: Mapping[str, int] = {
    word: value
    for words, values in (
        ("one two three four five six seven eight nine ten eleven twelve", range(1, 13)),
        ("thirteen fourteen fifteen sixteen seventeen eighteen nineteen", range(13, 20)),
        ("eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth", range(11, 18)),
        ("eighteenth nineteenth twentieth", range(18, 21)),
        ("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
        (
            "twenties thirties forties fifties sixties seventies eighties nineties",
            range(20, 100, 10),
        ),
    )
    for word, value in zip(words.split(), values, strict=True)
}
SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "m": 10**6, "bn": 10**9,
}  # fmt: skip
WORD = "|".join([*WORDS, "hundred", "thousand", "million", "billion", "trillion"])
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
MONTH = "|".join(f"{name}|{name[:3]}\\.?" if len(name) > 4 else name for name in MONTHS)

ENGLISH = re.compile(
    rf"""
    (?<![\w.:])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?
      (?:\s*(?P<half>[apAP])\.?\s?[mM]\b\.?|\s+o['’]clock)
    | (?<![\w.:])(?P<hour24>\d{{1,2}}):(?P<minute24>\d\d)(?![\d:])
    | (?<!\w)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{MONTH})(?!\w)
      (?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:%]|[.,]\d))?
    | (?<![\w.])(?<![A-Za-z]-)(?P<number>{NUMBER})(?![\d.,]*\d)
      (?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|k|m)\b)?
      (?P<decades>s\b|\s+decades?\b)?
    | \b(?i:(?P<words>(?:{"|".join(WORDS)})
      (?:(?:[\s-]+|(?<=hundred)\s+and\s+|(?<=thousand)\s+and\s+)(?:{WORD}))*))\b
      (?!-?\s?dozens?\b)(?P<tens>\s+decades?\b)?
    """,
    re.VERBOSE,
)


def english(text: str) -> Iterator[Quantity]:
    """The quantities of an English text."""
    for found in ENGLISH.finditer(text):
        part = found.groupdict()
        if part["hour"] or part["hour24"]:
            hour = int(part["hour"] or part["hour24"])
            minute = int(part["minute"] or part["minute24"] or 0)
            yield time_of(hour, minute, (part["half"] or "").lower(), found[0])
        elif part["month"]:
            day = part["day"] or part["day2"]
            if part["month"] in ("May", "March") and not day and not _is_month(text, found):
                continue
            yield one(_month(part["month"]), "month", found[0])
            if day:
                yield one(int(day), "day", found[0])
        elif part["number"]:
            yield _english_number(text, found)
        elif part["tens"]:
            yield one(_words(part["words"]) * 10, "years", found[0])
        else:
            value = frozenset([_words(part["words"])])
            kinds = kinds_behind(text, found.end(), 1)
            if part["words"].lower() != "one" or "percent" in kinds:
                yield Quantity(value, kinds, found[0])


def in_english(value: Decimal) -> str:
    """A number as a text has it: 1.5 million, 12,500."""
    for scale in ("trillion", "billion", "million"):
        share = value / SCALES[scale]
        if share >= 1 and share == round(share, 2):
            return f"{share.normalize():f} {scale}"
    return f"{value.normalize():,f}"


def _english_number(text: str, found: re.Match[str]) -> Quantity:
    values = readings(found["number"])
    scale = found["scale"]
    if scale:
        scaled = {value * SCALES[scale] for value in values}
        values = frozenset(scaled | (values if len(scale) == 1 else set()))
    if found["decades"] == "s":
        values |= {value % 100 for value in values}
    elif found["decades"]:
        values = frozenset(value * 10 for value in values)
    before = text[found.start() - 1 : found.start()]
    kinds = frozenset([SIGNS[before]]) if before in SIGNS else kinds_behind(text, found.end(), 1)
    if scale == "m" and not kinds:
        kinds = frozenset(["metres", BARE])
    return Quantity(values, kinds, found[0])


def _month(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name.rstrip(".")))


def _is_month(text: str, found: re.Match[str]) -> bool:
    """Whether May or March is a month: behind "in" and the like, or with a year."""
    behind, before = text[found.end() :], text[: found.start()]
    return bool(
        re.match(r",?\s+\d{4}\b", behind)
        or re.search(
            r"\b(?:in|since|until|by|of|to|from|and|between|through|last|next|this|early|late|mid)[\s-]\Z",
            before,
        )
    )


def _words(text: str) -> Decimal:
    """An English number in words."""
    total = section = 0
    for word in re.split(r"[\s-]+", text.lower()):
        if word in WORDS:
            section += WORDS[word]
        elif word == "hundred":
            section *= SCALES[word]
        elif word in SCALES:
            total += section * SCALES[word]
            section = 0
    return Decimal(total + section)
