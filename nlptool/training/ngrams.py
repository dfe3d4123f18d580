"""N-grams counted in a corpus, and held against another."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import msgspec

from nlptool.errors import InputError, ModelError, UsageError
from nlptool.io import reader
from nlptool.io.files import Outputs
from nlptool.models.resolver import Resolver
from nlptool.ngrams import SUFFIX, Likely, Ngrams, Smoothing, Unit, count, load
from nlptool.tasks.vectors import Progress
from nlptool.training.corpus import Plan, gathered

COUNTS = "the n-grams"
LARGEST = 700
"""Nats above which a perplexity is no number any more."""

Tick = Callable[[Progress], None]


class Counted(msgspec.Struct, frozen=True):
    """What was counted: texts (words, for letters), and n-grams of every order."""

    texts: int
    kinds: int
    ngrams: int


class Held(msgspec.Struct, frozen=True):
    """How surprising a corpus is: the ``perplexity`` of a unit, ends of texts among the ``units``;
    it is infinite where one was never counted and nothing smooths that."""

    units: int
    unknown: int
    perplexity: float


def train(plan: Plan, unit: Unit, n: int, output: Path, tick: Tick) -> tuple[Counted, int]:
    """Count what ``plan`` reads; what came of it, and how many records could not be used."""
    if output.suffix.lower() != SUFFIX:
        raise UsageError(f"{output}: expected a name that ends in {SUFFIX}")
    files = Outputs(reader.sources_of(plan.input))
    files.take(output, COUNTS)
    with gathered(plan, tick) as corpus:
        ngrams = count(corpus, unit, n, plan.lower)
        failed = corpus.failures.count
    files.save(output, msgspec.msgpack.encode(ngrams), COUNTS)
    texts = sum(ngrams.lengths.values())
    return Counted(texts, len(ngrams.counts), sum(ngrams.counts.values())), failed


def load_chosen(resolver: Resolver) -> Ngrams:
    """The n-grams of the chosen model."""
    _, file = resolver.find(resolver.only or resolver.pick("", None))
    if file is None:
        raise ModelError(f"model {resolver.only} has no file of n-grams")
    return load(file)


def hold(
    ngrams: Ngrams, plan: Plan, order: int, smoothing: Smoothing, tick: Tick
) -> tuple[Held, int]:
    """The perplexity of a corpus, and how many records could not be used."""
    if order > ngrams.n:
        raise UsageError(f"the model has n-grams up to {ngrams.n}")
    likely = Likely(ngrams, order, smoothing)
    units = unknown = 0
    surprise = 0.0
    with gathered(plan, tick) as corpus:
        words = (word for sentence in corpus for word in sentence)
        for text in words if ngrams.unit == "letters" else corpus:
            unknown += sum(unit not in likely.known for unit in text)
            for probability in likely.each(text):
                units += 1
                surprise += -math.log(probability) if probability else math.inf
        failed = corpus.failures.count
    if not units:
        raise InputError("no words to weigh")
    mean = surprise / units
    return Held(units, unknown, round(math.exp(mean), 4) if mean < LARGEST else math.inf), failed
