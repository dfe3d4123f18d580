"""Scores of translations: BLEU and chrF by sacrebleu, lengths, and how many look wrong."""

from __future__ import annotations

from typing import Any

from nlptool.errors import RecordError, library_missing
from nlptool.models.languages import language_of
from nlptool.tasks.scoring.base import Scores
from nlptool.tasks.translate import Translation, doubts

TOKENS = {"zh": "zh", "ja": "char", "ko": "char"}
"""How BLEU cuts a language into tokens; others by 13a, as WMT does."""


class TranslationScorer:
    """The truth is a translation made by people."""

    columns = ("reference", "translation", "target", "gold")

    def __init__(self) -> None:
        self.truths: list[str] = []
        self.answers: list[str] = []
        self.doubted = 0

    def add(self, truth: Any, result: Translation | None) -> None:
        """Count a result; a failed one is an empty translation."""
        if not isinstance(truth, str) or not truth.strip():
            raise RecordError(f"expected a translation, found {truth!r}")
        self.truths.append(truth)
        self.answers.append(result.translation if result else "")
        self.doubted += result is None or bool(doubts(result))

    def scores(self) -> Scores:
        """``bleu`` and ``chrf`` of the whole, as sacrebleu has them but from 0 to 1;
        ``length_ratio`` of the characters to those of the truth; ``flagged``, the share that looks
        wrong."""
        if not self.truths:
            return Scores(dict.fromkeys(("bleu", "chrf", "length_ratio", "flagged"), 0.0))
        try:
            import sacrebleu
        except ImportError as error:
            raise library_missing("sacrebleu", "nlptool[bleu]") from error
        tokens = TOKENS.get(language_of("".join(self.truths)) or "", "13a")
        bleu = sacrebleu.corpus_bleu(self.answers, [self.truths], tokenize=tokens)
        chrf = sacrebleu.corpus_chrf(self.answers, [self.truths])
        values = {
            "bleu": bleu.score / 100,
            "chrf": chrf.score / 100,
            "length_ratio": sum(map(len, self.answers)) / sum(map(len, self.truths)),
            "flagged": self.doubted / len(self.truths),
        }
        return Scores(values)
