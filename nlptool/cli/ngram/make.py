"""nlptool ngram train, eval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli.model_options import Model
from nlptool.cli.ngram.ask import Order, Smoothed, need_model
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.word2vec.bar import shown
from nlptool.cli.word2vec.train import Cutting, Texts
from nlptool.errors import RecordError
from nlptool.models.resolver import Resolver
from nlptool.ngrams import MOST, Unit
from nlptool.tasks.ngram import NGRAM
from nlptool.training import ngrams


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "train")(train)
    command(app, "eval")(evaluate)


def train(
    texts: Texts,
    out: Shown,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.ngram", help="Write the counts here.")
    ],
    unit: Annotated[Unit, typer.Option(help="Letters of words, or words of lines.")] = "letters",
    n: Annotated[int, typer.Option("-n", min=1, max=MOST, help="The longest n-gram.")] = 3,
) -> int:
    """Count the n-grams of texts of any size, for every order up to n."""
    plan = texts.plan(texts.registry, texts.lower)
    with shown() as tick:
        counted, failed = ngrams.train(plan, unit, n, output, tick)
    show([msgspec.to_builtins(counted)], out.format)
    return RecordError.code if failed else 0


def evaluate(
    texts: Cutting,
    model: Model,
    out: Shown,
    *,
    order: Order = 0,
    smoothing: Smoothed = "witten-bell",
) -> int:
    """The perplexity of texts that were not counted."""
    need_model(model)
    counts = ngrams.load_chosen(Resolver(NGRAM, model.choice()))
    with shown() as tick:
        held, failed = ngrams.hold(
            counts, texts.plan(model.registry, counts.lower), order, smoothing, tick
        )
    show([msgspec.to_builtins(held)], out.format)
    return RecordError.code if failed else 0
