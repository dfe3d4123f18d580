"""A number in a text by its value, with what it counts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple


class Quantity(NamedTuple):
    """``values`` are the readings of a number, mostly one; ``kinds`` what it can be a number of,
    none where that is not known, and BARE with others if it may as well stand alone; ``text`` is
    how it stands there."""

    values: frozenset[Decimal]
    kinds: frozenset[str]
    text: str

    def is_like(self, other: Quantity) -> bool:
        """Whether the other, of a translation, may say the same: what has a unit needs it."""
        same_kind = self.kinds & other.kinds or not self.kinds or self.kinds == {"time"}
        alone = BARE in self.kinds and not other.kinds
        return bool((same_kind or alone) and self.values & other.values)


NUMBER = (
    r"(?:(?<!\d)\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?"
    r"|(?<!\d)\d{1,3}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?)"
)
HALF_DAY = Decimal(12 * 60)
BARE = "bare"
"""The kind of what has a unit that another language may leave out, as 2008年 does in English."""
MAYBE_BARE = re.compile("[年岁日块]")
RANGE = re.compile(r"(?:to|or|[-–~～到至或])\s?\d[\d.,]*(?![\d.,])")
"""What stands between the first number of a range and the unit of both."""

UNITS: tuple[tuple[str, str, str], ...] = (
    ("celsius", r"°\s?C\b|degrees? (?:Celsius|centigrade)", r"°C|℃|摄氏度|度"),
    ("fahrenheit", r"°\s?F\b|degrees? Fahrenheit", r"°F|℉|华氏度|度"),
    ("percent", r"%|per\s?cent\b", r"%|％"),
    ("dollar", r"(?:US |U\.S\. |Canadian |Australian )?dollars?\b|USD\b", r"\w{0,3}元|美金|块"),
    ("pound", r"pounds?\b|GBP\b|lbs?\b", r"英镑|镑|磅"),
    ("euro", r"euros?\b|EUR\b|€", r"欧元"),
    ("yuan", r"yuan\b|RMB\b|CNY\b", r"元|块"),
    ("kilometres", r"km\b|kph\b|kilomet(?:re|er)s?\b", r"公里|千米|km"),
    ("metres", r"m\b|met(?:re|er)s?\b", r"米|公尺|m\b"),
    ("centimetres", r"cm\b|centimet(?:re|er)s?\b", r"厘米|公分|cm"),
    ("millimetres", r"mm\b|millimet(?:re|er)s?\b", r"毫米|mm"),
    ("miles", r"miles?\b|mph\b|mi\b", r"英里|哩|mph"),
    ("feet", r"f(?:oo|ee)t\b|ft\b", r"英尺|尺"),
    ("inches", r"inch(?:es)?\b", r"英寸|寸"),
    ("kilograms", r"kgs?\b|kilo(?:gram)?s?\b", r"公斤|千克|kg"),
    ("grams", r"g\b|grams?\b", r"克|g\b"),
    ("tonnes", r"ton(?:ne)?s?\b", r"吨"),
    ("litres", r"l\b|lit(?:re|er)s?\b", r"公升|升|L\b"),
    ("hours", r"h\b|hours?\b", r"个?半?小时|个?钟头"),
    ("minutes", r"min\b|minutes?\b", r"分钟"),
    ("seconds", r"seconds?\b", r"秒"),
    ("days", r"days?\b", r"天|日"),
    ("weeks", r"weeks?\b", r"个?星期|周|个?礼拜"),
    ("months", r"months?\b", r"个?月"),
    ("years", r"years?\b", r"年|岁|周年"),
)
"""What is counted: a name, English behind a number, Chinese behind one."""
SIGNS = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yuan", "￥": "yuan"}


def kinds_behind(text: str, end: int, column: int) -> frozenset[str]:
    """What the number that ends there counts, by what follows; ``column`` of UNITS is the
    language's."""
    behind = text[end : end + 24].lstrip(" -\u00a0多余来几个")
    range_ = RANGE.match(behind)
    behind = behind[range_.end() if range_ else 0 :].lstrip(" -")
    kinds = {unit[0] for unit in UNITS if re.match(unit[column], behind)}
    if kinds and (range_ or MAYBE_BARE.match(behind)):
        kinds.add(BARE)
    return frozenset(kinds)


def time_of(hour: int | Decimal, minute: int | Decimal, half: str, text: str) -> Quantity:
    """Minutes of the day; both halves of it where the text does not tell which."""
    told = Decimal(hour * 60 + minute)
    clear = bool(half) or hour > 12
    if half == "p" and told < HALF_DAY:
        told += HALF_DAY
    if half == "a" and told >= HALF_DAY:
        told -= HALF_DAY
    other = told - HALF_DAY if told >= HALF_DAY else told + HALF_DAY
    return Quantity(frozenset([told] if clear else [told, other]), frozenset(["time"]), text)


def one(value: int | Decimal, kind: str, text: str) -> Quantity:
    return Quantity(frozenset([Decimal(value)]), frozenset([kind]), text)


def readings(number: str) -> frozenset[Decimal]:
    """A number's values: marks between thousands are none of its digits; a mark of decimals is
    a point, and a comma where no three digits follow."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", number):
        number = number.replace(".", "")
    plain = re.sub(r"[,'\u00a0\u202f ](?=\d{3}(?!\d))", "", number)
    readings = {Decimal(plain.replace(",", "."))}
    if re.fullmatch(r"\d{1,3}\.\d{3}", number):
        readings.add(Decimal(number.replace(".", "")))
    return frozenset(readings)
