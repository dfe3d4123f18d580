"""Exact match and F1 of answers, as SQuAD's own evaluation defines them.

Rajpurkar et al. 2016, section 6.1: lower case, without punctuation, articles and extra space; F1
is over the words of both, and of several right answers the best counts.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(answer: str) -> str:
    """The answer as it is compared."""
    return " ".join(ARTICLES.sub(" ", answer.lower().translate(PUNCTUATION)).split())


def exact_match(answer: str, right: Sequence[str]) -> float:
    """1 where the answer is one of the right ones, else 0; no right one means "no answer"."""
    return float(any(normalised(answer) == normalised(one) for one in right or [""]))


def f1(answer: str, right: Sequence[str]) -> float:
    """The harmonic mean of precision and recall over words, 0 to 1."""
    return max(_f1(normalised(answer).split(), normalised(one).split()) for one in right or [""])


def _f1(found: list[str], right: list[str]) -> float:
    if not (found and right):
        return float(found == right)
    common = (Counter(found) & Counter(right)).total()
    return 2 * common / (len(found) + len(right))
