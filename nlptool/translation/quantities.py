"""Numbers of a text that its translation does not have, by their value: 1.5 million is 150万."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlptool.translation.quantity import NUMBER, Quantity, readings
from nlptool.translation.quantity_en import english
from nlptool.translation.quantity_zh import chinese

READERS = {"en": english, "zh": chinese}
IDIOM = re.compile("[一二两双三四五六七八九十百千万]")
"""A Chinese numeral of one character, which may be a part of a word."""
AFTERNOON = re.compile(r"(?::\d\d)?\s*p\.?m\b", re.IGNORECASE)


def missing(source: str, translation: str, languages: tuple[str, str]) -> list[str]:
    """The numbers of a text that its translation does not have as often, as they stand there.

    Between English and Chinese numbers in words, dates, times, scales and units are read too; of
    other languages nothing but digits.
    """
    reading = [READERS.get(language, _digits) for language in languages]
    if _digits in reading:
        reading = [_digits, _digits]
    wanted = [quantity for quantity in reading[0](source) if not IDIOM.fullmatch(quantity.text)]
    there = list(reading[1](translation))
    lost: list[str] = []
    for quantity in sorted(wanted, key=lambda quantity: not quantity.kinds):
        found = next((other for other in there if quantity.is_like(other)), None)
        if found:
            there.remove(found)
        else:
            lost.append(quantity.text)
    return lost


def _digits(text: str) -> Iterator[Quantity]:
    for found in re.finditer(NUMBER, text):
        values = readings(found[0])
        if AFTERNOON.match(text, found.end()):
            values |= {value % 12 + 12 for value in values if value <= 12}
        yield Quantity(values, frozenset(), found[0])
