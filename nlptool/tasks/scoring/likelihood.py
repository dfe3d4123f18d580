"""How well a language model foresees texts."""

from __future__ import annotations

from math import exp, log
from typing import Any

from nlptool.errors import RecordError
from nlptool.tasks.score import Likelihood
from nlptool.tasks.scoring.base import Scores


class LikelihoodScorer:
    """The truth is the text itself."""

    columns = ("text",)

    def __init__(self) -> None:
        self.nats = 0.0
        self.tokens = self.size = 0

    def add(self, truth: Any, result: Likelihood | None) -> None:
        """Count a text; one that failed has neither tokens nor bytes."""
        if not isinstance(truth, str):
            raise RecordError(f"expected a text, found {truth!r}")
        if result:
            self.nats -= result.log_likelihood
            self.tokens += result.scored
            self.size += len(truth.encode("utf-8", "backslashreplace"))

    def scores(self) -> Scores:
        """``bits_per_byte``, ``perplexity_per_byte`` (2 to that power) and the model's own
        ``perplexity`` of a token, of all texts together."""
        bits = self.nats / log(2) / max(1, self.size)
        values = {
            "bits_per_byte": bits,
            "perplexity_per_byte": 2**bits,
            "perplexity": exp(self.nats / max(1, self.tokens)),
        }
        return Scores(values, shares=False)
