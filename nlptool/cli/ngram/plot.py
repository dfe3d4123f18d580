"""nlptool ngram plot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.model_options import Model
from nlptool.cli.ngram.ask import need_model
from nlptool.cli.options import command
from nlptool.errors import ModelError
from nlptool.io import plot
from nlptool.io.files import Outputs
from nlptool.models.resolver import Resolver
from nlptool.ngrams import END, Likely
from nlptool.tasks.ngram import NGRAM
from nlptool.training import ngrams

PICTURE = "the picture"
EDGE = "·"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "plot")(draw)


def draw(
    model: Model,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="A name in .png or .svg.")
    ],
    top: Annotated[int, typer.Option("--top", "-n", min=1, max=200, help="Units to show.")] = 40,
) -> None:
    """Draw how likely each letter or word (columns) is after each other one (rows).

    The most frequent ones, in alphabetical order; a dot is the beginning or the end.
    """
    need_model(model)
    kind = plot.kind_of(output)
    files = Outputs([])
    files.take(output, PICTURE)
    counts = ngrams.load_chosen(Resolver(NGRAM, model.choice()))
    if counts.n == 1:
        raise ModelError(f"{model.model} has no pairs: it was counted with -n 1")
    likely = Likely(counts, 2, "none")
    often = sorted((u for u in likely.known if u != END), key=lambda unit: -likely.known[unit])
    units = sorted(often[:top])
    rows = [[likely.probability(after, [unit]) for after in [*units, END]] for unit in units]
    rows.append([likely.probability(after, []) for after in [*units, END]])
    files.save(output, plot.matrix(rows, [*units, EDGE], [*units, EDGE], kind), PICTURE)
