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
    """Words divided by spaces, ``word/tag`` where parts of speech were asked for."""
    if result.pos is UNSET:
        return " ".join(result.words)
    return " ".join(f"{word}/{tag}" for word, tag in zip(result.words, result.pos, strict=True))


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
