"""Numbers of a text that its translation does not have, by their value: 1.5 million is 150万."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlptool.translation.quantity import NUMBER, Quantity, readings
from nlptool.translation.quantity_en import english, in_english
from nlptool.translation.quantity_zh import chinese, in_chinese

READERS = {"en": english, "zh": chinese}
WRITERS = {"en": in_english, "zh": in_chinese}
SCALED = range(1000, 10**15)
"""Numbers that may be off by a scale: of smaller ones, what looks so is another number."""
IDIOM = re.compile("[一二两双三四五六七八九十百千万]")
"""A Chinese numeral of one character, which may be a part of a word."""
NO_NUMBER = re.compile(
    "(?<=[数几])[十百千]+[万萬亿億]*|[唯统]一|一一|(?<![午上晨里])一[点點](?![半钟鐘零〇一二三四五\\d])"
    "|一[时時]|略知一二|千[万萬](?=[不别勿要])|成千上[万萬]"
)
"""Chinese numerals that are no number, or none that can be told."""
AFTERNOON = re.compile(r"(?::\d\d)?\s*p\.?m\b", re.IGNORECASE)


def missing(source: str, translation: str, languages: tuple[str, str]) -> list[str]:
    """The numbers of a text that its translation does not have as often, as they stand there.

    Between English and Chinese numbers in words, dates, times, scales and units are read too; of
    other languages nothing but digits.
    """
    return [quantity.text for quantity in _unmatched(source, translation, languages)[0]]


def scaled(source: str, translation: str, languages: tuple[str, str]) -> str | None:
    """The translation with a number put right that is only some powers of ten off, as 1500万 for
    1.5 million; None where there is none, or more than one that it could be."""
    write = WRITERS.get(languages[1])
    if write is None or languages[0] not in READERS:
        return None
    lost, spare = _unmatched(source, translation, languages)
    for quantity in lost:
        near = [other for other in spare if _differs_in_scale(quantity, other)]
        places = re.findall(_pattern(near[0]), translation) if len(near) == 1 else []
        if len(places) == 1:
            (value,) = quantity.values
            return translation.replace(places[0], write(value))
    return None


def _unmatched(
    source: str, translation: str, languages: tuple[str, str]
) -> tuple[list[Quantity], list[Quantity]]:
    """The quantities of a text that its translation does not have, and those it has besides."""
    reading = [READERS.get(language, _digits) for language in languages]
    if _digits in reading:
        reading = [_digits, _digits]
    found = reading[0](NO_NUMBER.sub("，", source))
    wanted = [quantity for quantity in found if not IDIOM.fullmatch(quantity.text)]
    there = list(reading[1](translation))
    lost: list[Quantity] = []
    for quantity in sorted(wanted, key=lambda quantity: not quantity.kinds):
        like = next((other for other in there if quantity.is_like(other)), None)
        if like:
            there.remove(like)
        else:
            lost.append(quantity)
    return lost, there


def _differs_in_scale(quantity: Quantity, other: Quantity) -> bool:
    """Whether two numbers of one kind have the same digits, and one value each."""
    if len(quantity.values) != 1 or len(other.values) != 1:
        return False
    ((one,), (two,)) = quantity.values, other.values
    same_digits = one.normalize().as_tuple().digits == two.normalize().as_tuple().digits
    same_kind = bool(quantity.kinds & other.kinds) or not quantity.kinds
    return same_digits and same_kind and SCALED.start <= one < SCALED.stop


def _pattern(quantity: Quantity) -> str:
    """What finds it in a translation, where white space may stand in it, and no part of another."""
    return rf"(?<![\d.,]){r'[ ]?'.join(map(re.escape, quantity.text))}(?![\d万亿萬億])"


def _digits(text: str) -> Iterator[Quantity]:
    for found in re.finditer(NUMBER, text):
        values = readings(found[0])
        if AFTERNOON.match(text, found.end()):
            values |= {value % 12 + 12 for value in values if value <= 12}
        yield Quantity(values, frozenset(), found[0])
