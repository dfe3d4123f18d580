"""segment: a text cut into words."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.tasks.base import Task, Text, length_of, text_of

Mode = Literal["accurate", "full", "search"]


class Words(msgspec.Struct, frozen=True):
    """The words of a text; ``pos`` and ``spans`` (start, end in characters) run beside them."""

    words: list[str]
    pos: list[str] | UnsetType = UNSET
    spans: list[tuple[int, int]] | UnsetType = UNSET


class Params(msgspec.Struct, frozen=True):
    """``mode``: one cut, every word there is, or long words cut again for a search index."""

    mode: Mode = "accurate"
    pos: bool = False
    offsets: bool = False
    dictionary: str | None = None


def plain(result: Words) -> str:
    """Words divided by spaces: ``word``, ``word/tag``, ``word[0:4]`` or ``word/tag[0:4]``."""
    words = result.words
    if result.pos is not UNSET:
        words = [f"{word}/{tag}" for word, tag in zip(words, result.pos, strict=True)]
    if result.spans is not UNSET:
        pairs = zip(words, result.spans, strict=True)
        words = [f"{word}[{start}:{end}]" for word, (start, end) in pairs]
    return " ".join(words)


SEGMENT = Task(
    name="segment",
    summary="Cut text into words.",
    input=Text,
    result=Words,
    params=Params,
    plain=plain,
    language=text_of,
    size=length_of,
)
