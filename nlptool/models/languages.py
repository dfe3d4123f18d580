"""The language that a text's script tells, as far as scripts tell languages."""

from __future__ import annotations

import re

SAMPLE = 4096
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile("[\u3040-\u30ff]")
HANGUL = re.compile("[\uac00-\ud7af]")
WORD = re.compile(r"[^\W\d_\u2e80-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")

LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
LATIN_LANGUAGES = "ca cs da de en es et fi fr hr hu id it lt lv ms nl no pl pt ro sk sl sv tr vi"
SCRIPTS = {
    "zh": HAN,
    "ja": re.compile(f"{HAN.pattern}|{KANA.pattern}"),
    "ko": re.compile(f"{HANGUL.pattern}|{HAN.pattern}"),
    **dict.fromkeys(("ru", "uk", "bg", "sr", "be", "mk"), re.compile("[\u0400-\u052f]")),
    **dict.fromkeys(("ar", "fa", "ur"), re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff]")),
    **dict.fromkeys(("hi", "mr", "ne"), re.compile("[\u0900-\u097f]")),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    **dict.fromkeys(LATIN_LANGUAGES.split(), LATIN),
}
"""The letters of languages, as far as they have a script of their own."""


def in_script_of(language: str, text: str) -> bool:
    """Whether some of the text could be of the language; True for a language not known here."""
    script = SCRIPTS.get(language)
    return script is None or bool(script.search(text))


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
