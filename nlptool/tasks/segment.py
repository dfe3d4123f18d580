"""segment: a text cut into words."""

from __future__ import annotations

from itertools import chain
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.errors import UsageError
from nlptool.tasks.base import Division, Task, Text, length_of, text_of

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
    """``mode``: one cut, every word there is, or long words cut again for a search index.

    ``dictionary`` is a file of words or more, each a line: word, frequency, tag; later files go
    before earlier ones. ``encoding`` is theirs.
    """

    mode: Mode = "accurate"
    pos: bool = False
    offsets: bool = False
    dictionary: str | tuple[str, ...] = ()
    entities: bool = False
    encoding: str = "utf-8"

    @property
    def dictionaries(self) -> tuple[str, ...]:
        """The files of words."""
        return (self.dictionary,) if isinstance(self.dictionary, str) else self.dictionary

    def need_only(self, model: str, *known: str) -> None:
        """UsageError where something is asked for that the model does not know."""
        asked = {
            "pos": self.pos,
            "entities": self.entities,
            "dictionary": self.dictionaries,
            "mode": self.mode != "accurate",
        }
        for name, wanted in asked.items():
            if wanted and name not in known:
                raise UsageError(
                    f"model {model} has no --{name}; see: nlptool models list --task segment"
                )


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


def part(record: Text, start: int, end: int) -> Text:
    """A part of a text."""
    return Text(record.text[start:end])


def join(texts: list[Text], results: list[Words]) -> Words:
    """The words of a text's runs as those of the text."""
    starts, start = [], 0
    for text in texts:
        starts.append(start)
        start += len(text.text)

    def together(field: str, moved: Any) -> Any:
        found = [getattr(result, field) for result in results]
        if UNSET in found:
            return UNSET
        pairs = zip(found, starts, strict=True)
        return [moved(each, start) for several, start in pairs for each in several]

    return Words(
        words=[*chain.from_iterable(result.words for result in results)],
        pos=together("pos", lambda tag, _: tag),
        spans=together("spans", lambda span, start: (span[0] + start, span[1] + start)),
        entities=together("entities", _moved),
    )


def _moved(entity: Entity, start: int) -> Entity:
    return Entity(entity.text, entity.label, entity.start + start, entity.end + start)


SEGMENT = Task(
    name="segment",
    summary="Cut text into words.",
    input=Text,
    result=Words,
    params=Params,
    plain=plain,
    language=text_of,
    division=Division(part, join),
    size=length_of,
)
