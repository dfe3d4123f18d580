"""Counts of n-grams, letters of words or words of sentences: their file, and what is likely next.

A word or sentence begins with ``n - 1`` of START and ends with END. Counts of every order up to n
are kept, so that one file answers for each.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from nlptool.damaged import DAMAGED
from nlptool.errors import InputError, ModelError

SUFFIX = ".ngram"
START, END, UNKNOWN = "\x02", "\x03", "\x00"
MOST = 6
TRIES = 1000
"""How often a text of the length that was drawn is tried for."""
LONGEST = 10_000
"""Units of a sampled text."""

Unit = Literal["letters", "words"]
Smoothing = Literal["witten-bell", "add-one", "none"]
Positive = Annotated[int, msgspec.Meta(ge=1)]


class Ngrams(msgspec.Struct, frozen=True):
    """``counts`` of n-grams of every order, letters side by side and words with spaces between;
    ``lengths`` is how many texts have so many units."""

    unit: Unit
    n: Annotated[int, msgspec.Meta(ge=1, le=MOST)]
    lower: bool
    lengths: dict[int, Positive]
    counts: dict[str, Positive]

    @property
    def between(self) -> str:
        """What stands between units."""
        return " " if self.unit == "words" else ""

    def units(self, text: str) -> list[str]:
        """The units of a beginning, in the case that was counted: words, or the last one's
        letters."""
        text = text.lower() if self.lower else text
        return text.split() if self.unit == "words" else list(re.split(r"\s", text)[-1])


def count(sentences: Iterable[Sequence[str]], unit: Unit, n: int, lower: bool = False) -> Ngrams:
    """The n-grams of sentences; InputError for one with the characters that mark its ends."""
    texts: Iterable[tuple[Sequence[str], int]]
    if unit == "letters":
        texts = Counter(word for sentence in sentences for word in sentence).items()
    else:
        texts = ((sentence, 1) for sentence in sentences)
    counts: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    join = (" " if unit == "words" else "").join
    for text, times in texts:
        lengths[len(text)] += times
        for order in range(1, n + 1):
            padded = [*[START] * (order - 1), *text, END]
            if padded.count(START) != order - 1 or padded.count(END) != 1:
                raise InputError("a text has the control characters 2 or 3, which mark its ends")
            for gram in map(join, zip(*(padded[place:] for place in range(order)), strict=False)):
                counts[gram] += times
    if not counts:
        raise InputError("no words to count")
    return Ngrams(unit, n, lower, dict(lengths), dict(counts))


def load(path: Path) -> Ngrams:
    """The file again; ModelError where it is none."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Ngrams)
    except (OSError, *DAMAGED) as error:
        raise ModelError(f"{path}: no n-grams: {error}") from error


class Likely:
    """What is likely after what, by the n-grams of one order.

    ``smoothing`` is Witten and Bell's interpolation (1991) down to every unit alike, add-one
    (Laplace) or none. One unit more than was counted stands for all that are not known.
    """

    def __init__(
        self, ngrams: Ngrams, order: int = 0, smoothing: Smoothing = "witten-bell"
    ) -> None:
        self.ngrams, self.smoothing = ngrams, smoothing
        self.order = order or ngrams.n
        self.after: dict[str, dict[str, int]] = {}
        for gram, times in ngrams.counts.items():
            context, unit = self._cut(gram)
            self.after.setdefault(context, {})[unit] = times
        self.known = self.after.get("", {})
        self.sums: dict[str, tuple[list[str], list[int]]] = {}
        self.totals = {context: sum(units.values()) for context, units in self.after.items()}
        if END not in self.known or not ngrams.lengths:
            raise ModelError("these n-grams lack what ends a text")

    def probability(self, unit: str, before: Sequence[str]) -> float:
        """How likely a unit is after others, START and END among them."""
        contexts = self._contexts(before)
        if self.smoothing == "none":
            found = self.after.get(contexts[-1], {})
            return found.get(unit, 0) / self.totals.get(contexts[-1], 1)
        every = len(self.known) + 1
        if self.smoothing == "add-one":
            found = self.after.get(contexts[-1], {})
            return (found.get(unit, 0) + 1) / (self.totals.get(contexts[-1], 0) + every)
        probability = 1 / every
        for context in contexts:
            if found := self.after.get(context, {}):
                kinds, total = len(found), self.totals[context]
                probability = (found.get(unit, 0) + kinds * probability) / (total + kinds)
        return probability

    def next(self, text: str, count: int) -> list[tuple[str, float]]:
        """The likeliest units after the beginning of a text, and END, with their probabilities."""
        before = self.ngrams.units(text)
        each = [(unit, self.probability(unit, before)) for unit in self.known]
        each.sort(key=lambda found: (-found[1], found[0]))
        return [found for found in each[:count] if found[1]]

    def each(self, text: Sequence[str]) -> Iterator[float]:
        """The probability of each unit of a text, and of its end."""
        for place, unit in enumerate([*text, END]):
            yield self.probability(unit if unit in self.known else UNKNOWN, text[:place])

    def sample(self, start: str, draw: random.Random) -> str:
        """A text that begins with ``start``; its length is drawn as the corpus has it.

        Units are drawn from the longest context that was counted, and texts until one has that
        length; of TRIES the nearest to it.
        """
        begun = self.ngrams.units(start)
        lengths = {n: times for n, times in self.ngrams.lengths.items() if n > len(begun)}
        (length,) = draw.choices([*lengths], [*lengths.values()]) if lengths else (len(begun),)
        best: list[str] = []
        for _ in range(TRIES):
            text = self._text(begun, draw, min(2 * length + 1, LONGEST))
            if not best or abs(len(text) - length) < abs(len(best) - length):
                best = text
            if len(best) == length:
                break
        return self.ngrams.between.join(best)

    def _text(self, begun: Sequence[str], draw: random.Random, most: int) -> list[str]:
        text = [*begun]
        while len(text) < most:
            context = next(each for each in reversed(self._contexts(text)) if each in self.after)
            if context not in self.sums:
                found = self.after[context]
                self.sums[context] = [*found], [*accumulate(found.values())]
            units, sums = self.sums[context]
            (unit,) = draw.choices(units, cum_weights=sums)
            if unit == END:
                break
            text.append(unit)
        return text

    def _contexts(self, before: Sequence[str]) -> list[str]:
        """Those of every order up to ours, the shortest first."""
        longest = self.order - 1
        last = [*[START] * longest, *before[max(0, len(before) - longest) :]]
        join = self.ngrams.between.join
        return [join(last[len(last) - length :]) for length in range(self.order)]

    def _cut(self, gram: str) -> tuple[str, str]:
        if self.ngrams.unit == "letters":
            return gram[:-1], gram[-1:]
        context, _, unit = gram.rpartition(" ")
        return context, unit
