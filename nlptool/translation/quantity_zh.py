"""Numbers in Chinese: digits, characters, scales, dates and times."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "双": 2,
}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
WRITTEN = {"万亿": 10**12, "亿": 10**8, "万": 10**4}
NUMERAL = "[零〇一二三四五六七八九十百千两双]"
HALVES = {"中": "", "上": "a", "早": "a", "清": "a", "凌": "a"}
"""The half of a day that a word tells by its first character: noon neither, others the second."""
SPACED = re.compile(r"(?<=\d) +(?=[\u4e00-\u9fff%°℃])|(?<=[\u4e00-\u9fff]) +(?=\d)")
"""White space between digits and characters, which some people write."""

CHINESE = re.compile(
    rf"""
    (?P<half>上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|夜里)?的?
      (?P<hour>(?<!\d)\d{{1,2}}|{NUMERAL}{{1,3}})
      (?:(?:点钟?|[:：]|时(?!间|候|代|期))(?P<minute>\d\d?|半|{NUMERAL}{{1,3}})?分?|(?P<dot>\.\d\d)(?!\d))
    | (?P<month>\d{{1,2}}|{NUMERAL}{{1,3}})月(?:(?P<day>\d{{1,2}}|{NUMERAL}{{1,3}})[日号號]?)?
    | 百分之(?P<percent>{NUMBER}|{NUMERAL}+(?:点{NUMERAL}+)?)
    | (?P<century>\d{{1,2}}|{NUMERAL}{{1,3}})世纪(?P<decade>\d0|{NUMERAL}十)年代
    | (?:(?<![A-Za-z\d])(?<![A-Za-z\u4e00-\u9fff]-)|(?<=\d[xX]))
      (?P<number>{NUMBER})(?!\d*分之)[\s多余]?
      (?P<scale>[十百千]?[万萬亿億兆]{{1,2}}|[百千](?![米克]))?
    | (?P<words>{NUMERAL}[零〇一二三四五六七八九十百千两万萬亿億]*(?:点{NUMERAL}+)?)(?!分之)
    """,
    re.VERBOSE,
)


def chinese(text: str) -> Iterator[Quantity]:
    """The quantities of a Chinese text."""
    text = SPACED.sub("", text)
    for found in CHINESE.finditer(text):
        part = found.groupdict()
        if part["hour"] and (part["half"] or not part["dot"]):
            minute = "30" if part["minute"] == "半" else part["minute"] or (part["dot"] or ".0")[1:]
            half = HALVES.get((part["half"] or "中")[0], "p")
            hour = _numeral(part["hour"])
            time = time_of(hour, _numeral(minute), half, found[0])
            alone = time.values if part["minute"] or part["dot"] else time.values | {hour}
            yield time._replace(values=alone)
        elif part["hour"]:
            values = readings(f"{_numeral(part['hour'])}{part['dot']}")
            yield Quantity(values, kinds_behind(text, found.end(), 2), found[0])
        elif part["month"]:
            yield one(_numeral(part["month"]), "month", found[0])
            if part["day"]:
                yield one(_numeral(part["day"]), "day", found[0])
        elif part["decade"]:
            decade = _numeral(part["decade"])
            year = (_numeral(part["century"]) - 1) * 100 + decade
            yield Quantity(frozenset([year, decade]), frozenset(["years", BARE]), found[0])
        elif part["percent"]:
            yield one(_numeral(part["percent"]), "percent", found[0])
        else:
            yield _chinese_number(text, found)


def in_chinese(value: Decimal) -> str:
    """A number as a text has it: 150万, 1.25亿, 2.1万亿, 1200."""
    for scale, size in WRITTEN.items():
        share = value / size
        if share >= 1:
            return f"{share.normalize():f}{scale}"
    return f"{value.normalize():f}"


def _chinese_number(text: str, found: re.Match[str]) -> Quantity:
    words = found["words"]
    values = frozenset([_numeral(words)]) if words else readings(found["number"])
    if found["scale"]:  # a point before 万 parts no thousands
        values = frozenset([min(values)])
    for character in found["scale"] or "":
        values = frozenset(value * (TENS | MYRIADS)[character] for value in values)
    before = text[found.start() - 1 : found.start()]
    return Quantity(
        values,
        frozenset([SIGNS[before]]) if before in SIGNS else kinds_behind(text, found.end(), 2),
        found[0],
    )


def _numeral(text: str) -> Decimal:
    """A Chinese number, in digits or in characters."""
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    whole, _, decimals = text.partition("点")
    fraction = "".join(str(DIGITS[digit]) for digit in decimals)
    if not any(character in TENS or character in MYRIADS for character in whole):
        return Decimal("".join(str(DIGITS[digit]) for digit in whole) + f".{fraction or 0}")
    total = section = digit = 0
    for character in whole:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in TENS:
            section += (digit or 1) * TENS[character]
            digit = 0
        else:
            total = (total + section + digit) * MYRIADS[character]
            section = digit = 0
    return total + section + digit + Decimal(f"0.{fraction or 0}")
