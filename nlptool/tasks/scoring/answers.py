"""Scores of answers: exact match and F1, as SQuAD's evaluation defines them, and CMRC's."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from nlptool.errors import RecordError
from nlptool.models.languages import HAN
from nlptool.tasks.qa import Span
from nlptool.tasks.scoring.base import Scores

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)
CMRC_PUNCTUATION = str.maketrans("", "", "-:_*^/\\~`+=，。：？！“”；’《》…·、「」（）－～『』")
SEGMENT = re.compile(r"[\u4e00-\u9fa5]|[^\s\u4e00-\u9fa5]+")


class AnswerScorer:
    """The truth is an answer, a list of them, or SQuAD's ``answers``; an empty one is no answer.

    An answer counts as its best match among the true ones. Where these are in Chinese, it is
    weighed by characters, as CMRC 2018's evaluation does.
    """

    columns = ("answers", "answer", "gold")

    def __init__(self) -> None:
        self.exact: list[bool] = []
        self.overlap: list[float] = []

    def add(self, truth: Any, result: Span | None) -> None:
        """Count a result; a failed one is wrong."""
        golds = _texts(truth)
        if result is None:
            self.exact.append(False)
            self.overlap.append(0.0)
            return
        chinese = any(HAN.search(gold) for gold in golds)
        exact, overlap = (cmrc_exact, cmrc_f1) if chinese else (squad_exact, squad_f1)
        self.exact.append(any(exact(gold, result.answer) for gold in golds))
        self.overlap.append(max(overlap(gold, result.answer) for gold in golds))

    def scores(self) -> Scores:
        """The means of exact match and F1."""
        count = max(1, len(self.exact))
        return Scores({"exact_match": sum(self.exact) / count, "f1": sum(self.overlap) / count})


def _texts(truth: Any) -> list[str]:
    """The true answers; no answer at all is one empty answer."""
    if isinstance(truth, dict):
        truth = truth.get("text")
    texts: list[str] = []
    for item in truth if isinstance(truth, list) else [truth]:
        text = item.get("text") if isinstance(item, dict) else item
        if not isinstance(text, str):
            raise RecordError(f"the true answer is no text: {text!r}")
        texts.append(text)
    return texts or [""]


def squad_words(text: str) -> list[str]:
    """Lower case, without punctuation and articles (normalize_answer of SQuAD's evaluate-v2.0)."""
    return ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split()


def squad_exact(gold: str, answer: str) -> bool:
    """Whether nothing differs but case, punctuation, articles and space."""
    return squad_words(gold) == squad_words(answer)


def squad_f1(gold: str, answer: str) -> float:
    """F1 of the words that both have (compute_f1 of SQuAD's evaluate-v2.0)."""
    golds, answers = squad_words(gold), squad_words(answer)
    if not golds or not answers:
        return float(golds == answers)
    return _f1((Counter(golds) & Counter(answers)).total(), golds, answers)


def cmrc_text(text: str) -> str:
    """Lower case, without punctuation (remove_punctuation of cmrc2018_evaluate)."""
    return text.lower().strip().translate(CMRC_PUNCTUATION)


def cmrc_segments(text: str) -> list[str]:
    """Chinese characters each alone, what else stands without a space together.

    mixed_segmentation of cmrc2018_evaluate, but for its cutting English into words by NLTK.
    """
    return SEGMENT.findall(cmrc_text(text))


def cmrc_exact(gold: str, answer: str) -> bool:
    """Whether nothing differs but case and punctuation."""
    return cmrc_text(gold) == cmrc_text(answer)


def cmrc_f1(gold: str, answer: str) -> float:
    """F1 of the longest run of characters that both have (calc_f1_score of cmrc2018_evaluate)."""
    golds, answers = cmrc_segments(gold), cmrc_segments(answer)
    if not golds or not answers:
        return float(golds == answers)
    match = SequenceMatcher(None, golds, answers, autojunk=False).find_longest_match()
    return _f1(match.size, golds, answers)


def _f1(same: int, golds: Sequence[str], answers: Sequence[str]) -> float:
    return 2 * same / (len(golds) + len(answers))
