"""Chinese as Taiwan, Hong Kong and Macau write it, made by OpenCC of what models write."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from nlptool.errors import UsageError, library_missing

SIMPLIFIED = ("", "hans", "cn", "sg", "my")
TRADITIONAL = {"hant": "t", "tw": "twp", "hk": "hk", "mo": "hk"}
"""Regions and scripts after zh, with OpenCC's names for them."""


def to_target(code: str) -> Callable[[str], str]:
    """What makes simplified Chinese that of a language's code; UsageError for one that is none."""
    name = _variant(code)
    return _converter(f"s2{name}") if name else str


def simplified(text: str) -> str:
    """Chinese in simplified characters, whichever a model wrote: some mix them."""
    return _converter("t2s")(text)


def from_source(code: str) -> Callable[[str], str]:
    """What makes Chinese as a language's code says simplified."""
    name = _variant(code)
    return _converter(f"{name}2s" if name != "twp" else "tw2sp") if name else str


def _variant(code: str) -> str:
    """The last known part of a code after zh: of zh-Hant-TW that is tw."""
    language, *parts = code.replace("_", "-").lower().split("-")
    if language != "zh":
        return ""
    for part in parts:
        if part not in (*SIMPLIFIED, *TRADITIONAL):
            raise UsageError(
                f"{code}: Chinese is written as {', '.join((*SIMPLIFIED[1:], *TRADITIONAL))}"
            )
    return TRADITIONAL.get(parts[-1], "") if parts else ""


@cache
def _converter(name: str) -> Callable[[str], str]:
    try:
        import opencc
    except ImportError as error:
        raise library_missing("opencc", "nlptool") from error
    convert: Callable[[str], str] = opencc.OpenCC(name).convert
    return convert
