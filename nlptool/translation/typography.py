"""Marks and characters as the target language writes them: most models of Chinese write narrow
marks, and some write traditional characters among simplified ones, or Markdown where there was
none."""

from __future__ import annotations

import re
from typing import TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from nlptool.errors import RecordError
from nlptool.models.languages import HAN
from nlptool.tasks.translate import Translation
from nlptool.translation.variants import simplified

WIDE = str.maketrans(",?!;:.", "，？！；：。")
AFTER = HAN.pattern[:-1] + "》」』”’）]"
NARROW = re.compile(rf"(?<={AFTER})[,?!;:]+ *|[,?!;]+ *(?={HAN.pattern})")
ESCAPED = re.compile(r"\\(?=[.\-_*#!+()\[\]])")
CODE = re.compile(r"`([^`\n]+)`")
SPACED = re.compile(r"(?<=[，。！？；：、]) +(?=\S)")
LAST = re.compile(r"[?!]$|(?<![.。…])\.$")


Answer = TypeVar("Answer", Translation, Translation | RecordError)


def set_in(language: str, answer: Answer, source: str = "") -> Answer:
    """A translation, and its alternatives, with the marks of the language, and with no escape
    that the source has none of; a word of the source that is code is so there, too."""
    if isinstance(answer, RecordError):
        return answer
    plain = "\\" not in source

    def word(code: re.Match[str]) -> str:
        return code[1] if code[0] not in source and code[1] in source else code[0]

    def set_text(text: str) -> str:
        text = ESCAPED.sub("", text) if plain else text
        text = CODE.sub(word, text)
        return _chinese(text) if language == "zh" else text

    others = answer.alternatives
    if others is not UNSET:
        others = [set_text(other) for other in others]
    return replace(answer, translation=set_text(answer.translation), alternatives=others)


def _chinese(text: str) -> str:
    """Simplified characters, wide marks beside them and at the end of what has any."""
    if not HAN.search(text):
        return text
    text = simplified(text)
    text = NARROW.sub(lambda mark: mark[0].strip().translate(WIDE), text)
    text = SPACED.sub("", text)
    return LAST.sub(lambda mark: mark[0].translate(WIDE), text)
