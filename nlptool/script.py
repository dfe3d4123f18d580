"""The language that a text's script tells, as far as scripts tell languages."""

from __future__ import annotations

import re

SAMPLE = 4096
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile("[\u3040-\u30ff]")
HANGUL = re.compile("[\uac00-\ud7af]")
WORD = re.compile(r"[^\W\d_\u2e80-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")


def language_of(text: str) -> str | None:
    """``zh``, ``ja`` or ``ko`` for a text mostly in that script, else None.

    Characters of Chinese weigh as words of the others do; the first 4,096 characters decide.
    """
    sample = text[:SAMPLE]
    if sample.isascii():
        return None
    words = len(WORD.findall(sample))
    hangul = len(HANGUL.findall(sample))
    kana = len(KANA.findall(sample))
    han = len(HAN.findall(sample))
    if hangul > words + han:
        return "ko"
    if kana and kana * 9 >= han and kana + han >= words:
        return "ja"
    return "zh" if han and han >= words else None
