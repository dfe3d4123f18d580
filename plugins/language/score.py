"""How likely texts are, and which of several endings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import UNSET

from nlptool.errors import RecordError, UsageError
from nlptool.tasks.score import Ending, Likelihood, Params, Passage, Surprise

from .answerer import Answerer

DIGITS = 6
LEAST = 2
"""Tokens of a text of which something can be said."""


class Scoring(Answerer):
    """Scores texts in windows that overlap by half."""

    def check(self, params: Params) -> None:
        """A window in which nothing follows anything, or a single ending."""
        if params.window == 1:
            raise UsageError("--window 1: nothing would be seen before a token")
        if params.choices and len(params.choices) == 1:
            raise UsageError("--choices: an ending is compared with others; give two or more")

    def predict(self, batch: Sequence[Passage], params: Params) -> list[Likelihood | RecordError]:
        """One after the other result, all windows together."""
        window = min(params.window or self.model.context, self.model.context)
        asked = [self._asked(record, params) for record in batch]
        texts = [tokens for many in asked for tokens in many if len(tokens) >= LEAST]
        scored = iter(self._log_probs(texts, window))
        found: list[Likelihood | RecordError] = []
        for record, many in zip(batch, asked, strict=True):
            values = [next(scored) if len(tokens) >= LEAST else [] for tokens in many]
            choices = record.choices or params.choices
            if choices:
                found.append(self._chosen(record, choices, many, values))
            else:
                found.append(self._likelihood(record, many[0], values[0], params))
        return found

    def _asked(self, record: Passage, params: Params) -> list[list[str]]:
        """The tokens of the text, or of the text with each of its endings."""
        choices = record.choices or params.choices or ("",)
        return [self.model.encode(record.text + ending) for ending in choices]

    def _log_probs(self, texts: Sequence[list[str]], window: int) -> list[list[float]]:
        """Of each text's tokens but the first; each has half a window before it, if there is."""
        places = [
            (number, place) for number, t in enumerate(texts) for place in _windows(t, window)
        ]
        scored = self.model.score([texts[n][start:end] for n, (start, _, end) in places])
        found: list[list[float]] = [[] for _ in texts]
        for (number, (start, new, _)), part in zip(places, scored, strict=True):
            found[number] += part.log_probs[max(0, new - start - 1) :]
        return found

    def _likelihood(
        self, record: Passage, tokens: list[str], values: list[float], params: Params
    ) -> Likelihood | RecordError:
        if not values:
            return RecordError(f"a text of {len(tokens)} tokens: nothing follows anything in it")
        total = sum(values)
        if not math.isfinite(total):
            return RecordError("the model's answer has numbers that are not finite")
        size = len(record.text.encode("utf-8", "backslashreplace"))
        return Likelihood(
            log_likelihood=round(total, DIGITS),
            perplexity=round(math.exp(-total / len(values)), DIGITS),
            bits_per_byte=round(-total / math.log(2) / size, DIGITS),
            scored=len(values),
            surprisals=self._surprisals(tokens, values) if params.surprisals else UNSET,
        )

    def _surprisals(self, tokens: list[str], values: list[float]) -> list[Surprise]:
        """Each token's text stands at the last of those that make a letter together."""
        bits = [None, *(round(-value / math.log(2), DIGITS) for value in values)]
        found: list[Surprise] = []
        before: list[str] = []
        held: list[str] = []
        for token, each in zip(tokens, bits, strict=True):
            held.append(token)
            text = self.model.decode([*before, *held])[len(self.model.decode(before)) :]
            whole = not text.endswith("\ufffd")
            found.append(Surprise(text if whole else "", each))
            if whole:
                before, held = [token], []
        return found

    def _chosen(
        self,
        record: Passage,
        choices: Sequence[str],
        many: Sequence[list[str]],
        values: Sequence[list[float]],
    ) -> Likelihood | RecordError:
        """The endings by the likelihood of what each adds to the text."""
        begun = self.model.encode(record.text) if record.text else []
        totals, counts = [], []
        for tokens, found in zip(many, values, strict=True):
            same = next(
                (n for n, (a, b) in enumerate(zip(begun, tokens, strict=False)) if a != b),
                min(len(begun), len(tokens)),
            )
            added = found[max(0, same - 1) :]
            if not added:
                return RecordError("an ending adds nothing to the text")
            totals.append(sum(added))
            counts.append(len(added))
        best = max(totals)
        if not math.isfinite(best):
            return RecordError("the model's answer has numbers that are not finite")
        powers = [math.exp(total - best) for total in totals]
        endings = [
            Ending(ending, round(total, DIGITS), count, round(power / sum(powers), DIGITS))
            for ending, total, count, power in zip(choices, totals, counts, powers, strict=True)
        ]
        choice = max(endings, key=lambda one: one.log_likelihood)
        return Likelihood(
            choice.log_likelihood, 0.0, 0.0, choice.tokens, choice=choice.ending, choices=endings
        )


def _windows(tokens: Sequence[str], window: int) -> list[tuple[int, int, int]]:
    """Windows of a text: where each begins, from where on it is scored, where it ends."""
    places = [(0, 1, min(window, len(tokens)))]
    while (end := places[-1][2]) < len(tokens):
        start = end - max(1, window // 2)
        places.append((start, end, min(start + window, len(tokens))))
    return places
