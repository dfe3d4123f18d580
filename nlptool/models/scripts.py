"""A text in runs of script, each with the language that its words are to be found by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from nlptool.models.languages import HAN, HANGUL, KANA, SAMPLE, WORD, is_japanese

THAI = re.compile("[\u0e01-\u0e5b]")
FOREIGN = {"ja": KANA, "ko": HANGUL, "th": THAI}
"""Scripts that another language's text has only as quotations."""

RUN = {
    "ja": re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u3005]+"),
    "ko": re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+(?:\s+[\uac00-\ud7af]+)*"),
    "th": re.compile(r"[\u0e01-\u0e5b]+(?:\s+[\u0e01-\u0e5b]+)*"),
}
KANA_RUN = re.compile("[\u3040-\u30ff]+")
CLAUSE = re.compile(rf"\S*{HAN.pattern}\S*(?:\s+\S*{HAN.pattern}\S*)*")
"""Words with Chinese characters in them, in a text in Latin letters."""
ANY_OF_THEM = re.compile("|".join(script.pattern for script in (HAN, *FOREIGN.values())))
OTHER_LETTER = re.compile(rf"(?!{HAN.pattern})[^\W\d_]")
QUOTED = 2
"""Characters from which on a run of kana in a Chinese text is Japanese; の alone is a sign."""


class Run(NamedTuple):
    """A part of a text; ``language`` is None for what Unicode's boundaries cut well."""

    start: int
    end: int
    language: str | None


def runs_of(text: str) -> list[Run]:
    """The parts that make up a text, in their order; one where one language has it all."""
    if text.isascii() or not ANY_OF_THEM.search(text):
        return [Run(0, len(text), None)]
    if not OTHER_LETTER.search(text):
        return [Run(0, len(text), "zh")]
    main = main_language(text)
    found = sorted(_others(text, main))
    if not found:
        return [Run(0, len(text), main)]
    return list(_filled(text, found, main))


def main_language(text: str) -> str | None:
    """The language most of a text is in, as far as its script tells; None for other scripts.

    Characters of Chinese weigh as words of the others do; the first 4,096 characters decide.
    """
    sample = text[:SAMPLE]
    han, words = len(HAN.findall(sample)), len(WORD.findall(sample))
    counts = {language: len(script.findall(sample)) for language, script in FOREIGN.items()}
    kana = counts["ja"]
    if kana and is_japanese(sample):
        counts["ja"] += han
    else:
        counts |= {"zh": han, "ja": 0}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] and counts[best] >= words + (best == "ko") else None


def _others(text: str, main: str | None) -> Iterator[Run]:
    """What in a text is not of its main language."""
    for language in ("ko", "th"):
        if language != main and FOREIGN[language].search(text):
            yield from (Run(*run.span(), language) for run in RUN[language].finditer(text))
    if main in ("zh", "ko"):
        for run in KANA_RUN.finditer(text):
            yield Run(*run.span(), "ja" if len(run[0]) >= QUOTED else None)
    elif main == "th":
        yield from (Run(*run.span(), _han(run[0])) for run in RUN["ja"].finditer(text))
    elif main is None:
        for clause in CLAUSE.finditer(text):
            quoted = RUN["ko"].search(clause[0]) or RUN["th"].search(clause[0])
            if not quoted:
                yield Run(*clause.span(), _han(clause[0]))
                continue
            for run in RUN["ja"].finditer(text, *clause.span()):
                yield Run(*run.span(), _han(run[0]))
        for run in KANA_RUN.finditer(CLAUSE.sub(lambda found: " " * len(found[0]), text)):
            yield Run(*run.span(), "ja")


def _han(run: str) -> str:
    return "ja" if KANA.search(run) and is_japanese(run) else "zh"


def _filled(text: str, found: list[Run], main: str | None) -> Iterator[Run]:
    """The runs, and what of the main language stands between them."""
    done = 0
    for run in found:
        if run.start > done:
            yield Run(done, run.start, main)
        yield run
        done = run.end
    if done < len(text):
        yield Run(done, len(text), main)
