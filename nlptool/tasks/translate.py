"""translate: a text in another language."""

from __future__ import annotations

from operator import attrgetter
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.entry_points import load
from nlptool.tasks.base import Task

Markup = Literal["plain", "paragraphs", "markdown", "html", "srt", "vtt", "ssa", "texts", "pages"]

SOURCE, TARGET = "en", "zh"
"""The languages where neither the user, the model nor the text tells them."""

AUTO = "auto"
"""What people write for a language that the text is to tell."""


class Passage(msgspec.Struct, frozen=True):
    """A text: a line, a field, a document; ``markup`` says how it is written, if not plainly."""

    text: str
    markup: Markup | None = None


class Sentence(msgspec.Struct, frozen=True):
    """What an adapter translates: a sentence, or a part of one.

    ``careful`` asks for another try, with a wider beam and against repetition.
    """

    text: str
    careful: bool = False


class Translation(msgspec.Struct, frozen=True):
    """The text in the target language.

    ``flags`` name what looks wrong with it: ``empty``, ``repeated``, ``too-long``, ``too-short``,
    ``copied``, ``left`` (a word of the text stands in it), ``lost`` (a placeholder or a term of the
    glossary is not there), ``number`` (one is not there, or of something else), ``negation`` (it
    has none), ``tags`` (some stand where their words may not be); ``passed-through`` says that
    nothing of it was in the source language. ``score``, where it was asked for, is the mean of a
    token's log-probability, over sentences the mean of theirs; ``alternatives`` are other
    translations, the best first.
    """

    translation: str
    flags: list[str] = []
    score: float | UnsetType = UNSET
    alternatives: list[str] | UnsetType = UNSET


PASSED = "passed-through"


class Params(msgspec.Struct, frozen=True):
    """``source`` and ``target`` are language codes, empty or auto where model or text tell them.

    ``beam`` 0 leaves its width to the model; ``max_length`` counts tokens of a sentence's
    translation; ``alternatives`` is how many others are wanted; ``no_repeat_ngram`` forbids word
    pieces of that many tokens to come twice (0: none). ``glossary`` is a file of terms and their
    translations, two columns. ``retry``: what looks wrong is tried again in other ways.
    """

    target: str = ""
    source: str = ""
    beam: int = 0
    max_length: int = 512
    alternatives: int = 0
    scores: bool = False
    no_repeat_ngram: int = 0
    glossary: str | None = None
    markup: Markup | None = None
    retry: bool = True


def pair(params: Params, language: str | None) -> tuple[str, str]:
    """The languages to translate from and to, for a text in ``language``, None if not known."""
    target = base(params.target) or TARGET
    source = base(params.source) or (language if language and language != target else "")
    return source or (SOURCE if target != SOURCE else TARGET), target


def base(code: str) -> str:
    """A language code without its region or script: zh for zh-Hans; none for auto."""
    code = code.replace("_", "-").partition("-")[0].lower()
    return "" if code == AUTO else code


def doubts(result: Translation) -> list[str]:
    """The flags that look wrong."""
    return [flag for flag in result.flags if flag != PASSED]


TRANSLATE = Task(
    name="translate",
    summary="Translate text and documents.",
    input=Passage,
    result=Translation,
    params=Params,
    plain=attrgetter("translation"),
    language=attrgetter("text"),
    size=lambda record: len(record.text),
    pair=pair,
    doubts=doubts,
    wrapper=lambda: load("nlptool.translation.translator:Translator"),
)
