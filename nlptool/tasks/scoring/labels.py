"""Scores of labels: accuracy, macro F1, confusion matrix."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import UNSET

from nlptool.errors import RecordError
from nlptool.tasks.scoring.base import Confusion, Scores
from nlptool.tasks.sentiment import Sentiment

FAILED = "(failed)"


class LabelScorer:
    """The truth is a label's name, in any case, or its number among the model's labels."""

    columns = ("label", "labels", "gold", "sentiment")

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.names: list[str] = []
        self.failed: list[Any] = []

    def add(self, truth: Any, result: Sentiment | None) -> None:
        """Count a result; a failed one is wrong."""
        if result is None:
            self.failed.append(truth)
            return
        self.names = [result.label] if result.probs is UNSET else list(result.probs)
        name = self._name_of(truth)
        if result.probs is not UNSET and name not in self.names:
            raise RecordError(f"the model has no label {name!r}; it has {', '.join(self.names)}")
        self.counts[name, result.label] += 1

    def _name_of(self, truth: Any) -> str:
        text = str(truth).strip()
        for name in self.names:
            if name.lower() == text.lower():
                return name
        if text.isdecimal() and int(text) < len(self.names):
            return self.names[int(text)]
        return text

    def scores(self) -> Scores:
        """Accuracy, and F1 averaged over the labels that were true or predicted, as scikit-learn's
        f1_score has it for average="macro"."""
        counts = self.counts + Counter((self._name_of(truth), FAILED) for truth in self.failed)
        truths = sorted({truth for truth, _ in counts}, key=self._place)
        predictions = sorted({label for _, label in counts}, key=self._place)
        labels = [label for label in dict.fromkeys([*truths, *predictions]) if label != FAILED]
        total = counts.total()
        right = sum(counts[label, label] for label in labels)
        macro = sum(_f1(counts, label) for label in labels) / len(labels) if labels else 0.0
        confusion: Confusion = {
            truth: {label: counts[truth, label] for label in predictions} for truth in truths
        }
        return Scores({"accuracy": right / total if total else 0.0, "macro_f1": macro}, confusion)

    def _place(self, label: str) -> tuple[int, str]:
        return (self.names.index(label) if label in self.names else len(self.names), label)


def _f1(counts: Counter[tuple[str, str]], label: str) -> float:
    true = sum(count for (truth, _), count in counts.items() if truth == label)
    said = sum(count for (_, name), count in counts.items() if name == label)
    return 2 * counts[label, label] / (true + said)
