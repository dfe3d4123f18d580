"""stem: the words of a text reduced to their stems or lemmas."""

from __future__ import annotations

from operator import attrgetter
from typing import Literal

import msgspec

from nlptool.tasks.base import Task, Text

PartOfSpeech = Literal["auto", "noun", "verb", "adjective", "adverb"]


class Stem(msgspec.Struct, frozen=True, gc=False):
    """The text with each word replaced by its stem; everything between words is kept."""

    stem: str


class Params(msgspec.Struct, frozen=True):
    """``language``: a code such as ``en``. ``pos``: the part of speech a lemmatiser is told;
    ``auto`` tags the words first."""

    language: str = "en"
    pos: PartOfSpeech = "auto"


STEM = Task(
    name="stem",
    summary="Reduce words to their stems or lemmas.",
    input=Text,
    result=Stem,
    params=Params,
    plain=attrgetter("stem"),
    spoken="en",
)
