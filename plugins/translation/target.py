"""The token that tells a model of many target languages which one is wanted."""

from __future__ import annotations

from collections.abc import Container, Sequence

from nlptool.errors import UsageError

CODES = {
    "zh": ("cmn_Hans", "cmn", "zho_Hans", "zho", "zh_CN", "zh_cn"),
    "zh-hant": ("cmn_Hant", "zho_Hant", "zh_TW", "zh_tw"),
    "ar": ("ara", "arb"),
    "cs": ("ces",),
    "da": ("dan",),
    "de": ("deu",),
    "en": ("eng",),
    "es": ("spa",),
    "fi": ("fin",),
    "fr": ("fra",),
    "hi": ("hin",),
    "it": ("ita",),
    "ja": ("jpn",),
    "ko": ("kor",),
    "nl": ("nld",),
    "no": ("nob", "nb", "nno"),
    "pl": ("pol",),
    "pt": ("por",),
    "ro": ("ron",),
    "ru": ("rus",),
    "sv": ("swe",),
    "tr": ("tur",),
    "uk": ("ukr",),
    "vi": ("vie",),
}
"""What OPUS-MT calls languages beside their two letters (ISO 639-3, some with a script)."""

TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def target_token(target: str, languages: Sequence[str], vocabulary: Container[str]) -> str:
    """The token such as ``>>cmn_Hans<<`` for a target, empty for a model that has none.

    Without a wish it is for the model's own first target. UsageError where the model takes such
    tokens for Chinese or the like, but has none for this target.
    """
    code = (target or (languages[1] if len(languages) > 1 else "")).replace("_", "-").lower()
    if code in TRADITIONAL:
        code = "zh-hant"
    base = code.partition("-")[0]
    names = (*CODES.get(code, ()), code, *CODES.get(base, ()), base)
    for name in names:
        token = f">>{name}<<"
        if name and token in vocabulary:
            return token
    if len(languages) > 2:
        raise UsageError(f"the model has no token for the target {target}")
    return ""
