"""translate: a text in another language."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.entry_points import load
from nlptool.errors import RecordError
from nlptool.tasks.base import Row, Task
from nlptool.tasks.teaching import Columns, Teaching, value_of

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


class Part(msgspec.Struct, frozen=True):
    """A sentence, or what of one is translated at a time: where it stands in a document
    (``line 3``, ``text 2``), what looks wrong (flags, with what they are about), and the mean
    probability that the model gives to a token, 0 to 1, None where it tells none."""

    place: str
    text: str
    translation: str
    faults: dict[str, list[str]]
    confidence: float | None = None


class Translation(msgspec.Struct, frozen=True):
    """The text in the target language.

    ``flags`` name what looks wrong with it: ``empty``, ``repeated``, ``too-long``, ``too-short``,
    ``copied``, ``left`` (a word of the text stands in it), ``lost`` (a placeholder is not there),
    ``term`` (one of the glossary is not), ``number`` (one is not, or of something else),
    ``negation`` (it has none), ``tags`` (some stand where their words may not be), ``unlikely``
    (the model itself thinks so), ``foreign`` (a part is in a language that the model does not know,
    and stays); ``passed-through`` says that nothing of it was in the source language. ``doubts``
    are the parts that they are about, ``segments``, where they were asked for, all parts;
    ``source`` and ``target`` the languages, as far as they are told.

    ``confidence`` is the mean probability that the model gives to a token of its least likely
    sentence, 0 to 1, None where it tells none. ``score``, where it was asked for, is the
    mean of a token's log-probability, over sentences the mean of theirs; ``alternatives`` are other
    translations, the best first.
    """

    translation: str
    flags: list[str] = []
    confidence: float | None = None
    doubts: list[Part] = []
    source: str = ""
    target: str = ""
    score: float | UnsetType = UNSET
    alternatives: list[str] | UnsetType = UNSET
    segments: list[Part] | UnsetType = UNSET


PASSED = "passed-through"


class Params(msgspec.Struct, frozen=True):
    """How to translate; ``source`` and ``target`` are empty or auto where model or text tell."""

    source: Annotated[
        str,
        Meta(
            description="Translate from; auto: as the text tells, else en.",
            extra={"short": "-s", "metavar": "CODE"},
        ),
    ] = AUTO
    target: Annotated[
        str,
        Meta(
            description="Translate to; zh if not given, zh-TW and zh-HK too.",
            extra={"short": "-t", "metavar": "CODE"},
        ),
    ] = ""
    beam: Annotated[int, Meta(ge=0, description="Hypotheses to follow; 0: as the model likes.")] = 0
    max_length: Annotated[
        int, Meta(ge=1, description="Tokens that a sentence's translation may have.")
    ] = 512
    alternatives: Annotated[
        int, Meta(ge=0, le=32, description="Give so many other translations.")
    ] = 0
    scores: Annotated[bool, Meta(description="Give the mean log-probability of a token.")] = False
    segments: Annotated[
        bool, Meta(description="Give every sentence with its place, translation and confidence.")
    ] = False
    no_repeat_ngram: Annotated[
        int, Meta(ge=0, description="Let no N tokens come twice.", extra={"metavar": "N"})
    ] = 0
    glossary: Annotated[
        str | None,
        Meta(
            description="Terms and their translations: csv, tsv or TBX.",
            extra={"metavar": "FILE"},
        ),
    ] = None
    markup: Annotated[
        Markup | None,
        Meta(
            description="How texts are written, where no suffix tells.",
            extra={"panel": "Input"},
        ),
    ] = None
    retry: Annotated[bool, Meta(description="Try what looks wrong again, in other ways.")] = True


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
    """What looks wrong, each with its place in a document."""
    listed = [f"{doubt.place}: {_listed(doubt)}".removeprefix(": ") for doubt in result.doubts]
    return listed or [flag for flag in result.flags if flag != PASSED]


def _listed(doubt: Part) -> str:
    return ", ".join(f"{n} ({', '.join(what)})" if what else n for n, what in doubt.faults.items())


class TranslatedText(msgspec.Struct, frozen=True):
    """An example for translate."""

    text: str
    translation: str


def _translated(row: Row, columns: Columns) -> TranslatedText:
    text, translation = (str(value_of(row, columns.column(n))) for n in ("text", "translation"))
    if not (text.strip() and translation.strip()):
        raise RecordError("text or translation is empty")
    return TranslatedText(text, translation)


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
    scorer=lambda: load("nlptool.tasks.scoring.translations:TranslationScorer"),
    teaching=Teaching(_translated, attrgetter("translation"), "bleu"),
    convert_to="ctranslate2",
    samples="samples/sentiment.txt",
)
