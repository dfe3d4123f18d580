"""translate: a text in another language."""

from __future__ import annotations

from operator import attrgetter

import msgspec

from nlptool.tasks.base import Task, Text, length_of, text_of


class Translation(msgspec.Struct, frozen=True):
    """The text in the target language; ``flags`` name what looks wrong with it."""

    translation: str
    flags: list[str] = []


class Params(msgspec.Struct, frozen=True):
    """``source`` and ``target`` are language codes; an empty source is found from the text."""

    target: str = "zh"
    source: str = ""


TRANSLATE = Task(
    name="translate",
    summary="Translate text.",
    input=Text,
    result=Translation,
    params=Params,
    plain=attrgetter("translation"),
    language=text_of,
    size=length_of,
)
