"""From the logits of a classifier to labels with probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nlptool.errors import ModelError, RecordError
from nlptool.tasks.sentiment import Sentiment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

DIGITS = 6
"""Decimals of a score: more would show how sums were ordered, not what the model thinks."""

NOT_FINITE = (
    "the model's answer has numbers that are not finite: its weights are damaged, "
    "or its precision is too low"
)


class Labels:
    """The labels of a classifier, by its config.json: ``id2label`` and ``problem_type``."""

    def __init__(self, model: str, config: Mapping[str, Any]) -> None:
        if config.get("problem_type") == "regression":
            raise ModelError(f"model {model} gives a number (regression), not labels")
        given = config.get("id2label") or {}
        self.names = {int(number): str(name) for number, name in given.items()}
        self.several = config.get("problem_type") == "multi_label_classification"

    def result(self, logits: Sequence[Floats], weights: Sequence[int]) -> Sentiment | RecordError:
        """A text's label from the logits (labels,) of its windows.

        The windows' probabilities are averaged, each by its weight. A model of several labels a
        text, or of one label, has a sigmoid a label, else a softmax over all.
        """
        import numpy as np

        stacked = np.stack(logits).astype(np.float64)
        if not np.isfinite(stacked).all():
            return RecordError(NOT_FINITE)
        if self.several or stacked.shape[1] == 1:
            windows = 1 / (1 + np.exp(-stacked))
        else:
            powers = np.exp(stacked - stacked.max(axis=1, keepdims=True))
            windows = powers / powers.sum(axis=1, keepdims=True)
        shares = np.average(windows, axis=0, weights=weights)
        probs = {
            self.names.get(number, f"LABEL_{number}"): round(float(share), DIGITS)
            for number, share in enumerate(shares)
        }
        label = max(probs, key=probs.__getitem__)
        return Sentiment(label, probs[label], probs)
