"""segment: a text cut into words."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.errors import UsageError
from nlptool.tasks.base import Task, Text, length_of, text_of

JIEBA, LAC = "jieba", "lac"
"""The models that know what not every model does."""

Mode = Literal["accurate", "full", "search"]


class Entity(msgspec.Struct, frozen=True):
    """A name in a text: ``label`` is PER, LOC, ORG or TIME; start and end are in characters."""

    text: str
    label: str
    start: int
    end: int


class Words(msgspec.Struct, frozen=True):
    """The words of a text; ``pos`` and ``spans`` (start, end in characters) run beside them."""

    words: list[str]
    pos: list[str] | UnsetType = UNSET
    spans: list[tuple[int, int]] | UnsetType = UNSET
    entities: list[Entity] | UnsetType = UNSET


class Params(msgspec.Struct, frozen=True):
    """``mode``: one cut, every word there is, or long words cut again for a search index."""

    mode: Mode = "accurate"
    pos: bool = False
    offsets: bool = False
    dictionary: str | None = None
    entities: bool = False

    def need_only(self, model: str, *known: str) -> None:
        """UsageError where something is asked for that the model does not know."""
        asked = {
            "pos": self.pos,
            "entities": self.entities,
            "dictionary": self.dictionary,
            "mode": self.mode != "accurate",
        }
        for name, wanted in asked.items():
            if wanted and name not in known:
                other = LAC if name == "entities" else JIEBA
                raise UsageError(f"model {model} has no --{name}; use --model {other}")


def plain(result: Words) -> str:
    """Words divided by spaces: ``word``, ``word/tag``, ``word[0:4]`` or ``word/tag[0:4]``; behind a
    tab the names that were found: ``name/label``."""
    words = result.words
    if result.pos is not UNSET:
        words = [f"{word}/{tag}" for word, tag in zip(words, result.pos, strict=True)]
    if result.spans is not UNSET:
        pairs = zip(words, result.spans, strict=True)
        words = [f"{word}[{start}:{end}]" for word, (start, end) in pairs]
    line = " ".join(words)
    if result.entities is UNSET:
        return line
    return f"{line}\t{' '.join(f'{name.text}/{name.label}' for name in result.entities)}"


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
