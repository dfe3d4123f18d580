"""One of several answers by its likelihood: sentiment, and labels that a user names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from nlptool.adapter import Setup
from nlptool.errors import RecordError, UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.classify import Params, labels_of
from nlptool.tasks.sentiment import BLANK, Sentiment

from .answerer import Answerer, each
from .choosing import probabilities
from .model import Tokens

TEXT = "{text}"
DIGITS = 6


class Choosing(Answerer):
    """Labels a text by ``options.prompt``, after which each label's answer has its likelihood."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if TEXT not in self.options.prompt:
            raise UsageError(f"model {setup.model}: options: prompt has no {TEXT}")

    def predict(self, batch: Sequence[Text], params: Any) -> list[Sentiment | RecordError]:
        """The likeliest label of each text, with the probabilities of all."""
        answers = self.answers(params)
        fields = {"labels": ", ".join(answers)}
        ends = [self.model.fill(answer, {}) for answer in answers.values()]
        longest = max(map(len, ends))
        prompts = [
            self.model.fill(self.options.prompt, {**fields, "text": record.text})
            for record in batch
        ]
        found = each(
            prompts,
            self.model.context,
            longest,
            lambda good: [self._labelled([*answers], s) for s in self._shares(good, ends)],
        )
        return [
            answer if record.text.strip() else self.blank()
            for record, answer in zip(batch, found, strict=True)
        ]

    def answers(self, _params: Any) -> Mapping[str, str]:
        """What the model would say for each label."""
        if len(self.options.choices) < 2:
            raise UsageError(f"model {self.setup.model}: options: choices has less than two")
        return self.options.choices

    def blank(self) -> Sentiment | RecordError:
        """The result for a text of nothing but white space."""
        return BLANK

    def _shares(self, prompts: Sequence[Tokens], ends: Sequence[Tokens]) -> list[list[float]]:
        """The probabilities of the answers: by their first tokens where these differ."""
        firsts = [self.model.number(end[0]) for end in ends]
        if len({*firsts}) == len(firsts):
            found = [probabilities(logits[firsts]) for logits in self.model.next(prompts)]
            return [shares.tolist() for shares in found]
        scored = iter(self.model.score([[*prompt, *end] for prompt in prompts for end in ends]))
        return [
            _normal([sum(next(scored).log_probs[-len(end) :]) for end in ends]) for _ in prompts
        ]

    def _labelled(self, labels: Sequence[str], shares: Sequence[float]) -> Sentiment | RecordError:
        if not all(map(math.isfinite, shares)):
            return RecordError("the model's answer has numbers that are not finite")
        probs = {label: round(share, DIGITS) for label, share in zip(labels, shares, strict=True)}
        best = max(probs, key=probs.__getitem__)
        return Sentiment(best, probs[best], probs)


class Classifying(Choosing):
    """The labels are the user's."""

    def check(self, params: Params) -> None:
        """UsageError for less than two labels, or one that stands there twice."""
        labels_of(params)

    def answers(self, params: Params) -> Mapping[str, str]:
        """A label is what is said for it."""
        return {label: label for label in labels_of(params)}

    def blank(self) -> RecordError:
        """No label fits."""
        return RecordError("an empty text")


def _normal(totals: Sequence[float]) -> list[float]:
    best = max(totals)
    powers = [math.exp(total - best) for total in totals]
    return [power / sum(powers) for power in powers]
