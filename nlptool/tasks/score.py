"""score: how likely a language model finds a text, token by token."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.entry_points import load
from nlptool.tasks.base import Row, Task


class Passage(msgspec.Struct, frozen=True):
    """A text; with ``choices``, endings of it that are compared."""

    text: str
    choices: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """What a person asks; ``choices`` are for texts that bring none of their own."""

    choices: Annotated[
        list[str] | None,
        Meta(
            description="An ending to compare; give two or more.",
            extra={"short": "-c", "metavar": "ENDING"},
        ),
    ] = None
    window: Annotated[
        int,
        Meta(
            ge=0,
            description="Tokens that are seen together, where a text has more half of them new; "
            "0: all that the model can see, for which long texts need much memory.",
        ),
    ] = 1024


class Params(Asked, frozen=True):
    """``surprisals``: of each token, too."""

    surprisals: bool = False


class Surprise(msgspec.Struct, frozen=True):
    """A token as text and its surprisal in bits; the first one has none."""

    token: str
    bits: float | None


class Ending(msgspec.Struct, frozen=True):
    """One of the choices: the log-likelihood (nats) of its tokens after the text, how many they
    are, and its probability among the choices."""

    ending: str
    log_likelihood: float
    tokens: int
    probability: float


class Likelihood(msgspec.Struct, frozen=True):
    """``log_likelihood`` (nats) is that of ``scored`` tokens, all but the first; ``perplexity`` is
    of a token, ``bits_per_byte`` of the text in UTF-8. ``choice`` is the likeliest ending of
    ``choices``, which are in the order they were given."""

    log_likelihood: float
    perplexity: float
    bits_per_byte: float
    scored: int
    surprisals: list[Surprise] | UnsetType = UNSET
    choice: str | UnsetType = UNSET
    choices: list[Ending] | UnsetType = UNSET


def plain(result: Likelihood) -> str:
    """The likeliest choice and its probability; or log-likelihood, perplexity and bits a byte."""
    if result.choices is not UNSET:
        best = max(result.choices, key=lambda one: one.probability)
        return f"{' '.join(best.ending.split())}\t{best.probability:.4f}"
    line = f"{result.log_likelihood:.4f}\t{result.perplexity:.4f}\t{result.bits_per_byte:.4f}"
    if result.surprisals is UNSET:
        return line
    tokens = (
        f"{shown(one.token)}\t{'' if one.bits is None else f'{one.bits:.2f}'}"
        for one in result.surprisals
    )
    return "\n".join([line, *tokens])


def shown(token: str) -> str:
    """A token on one line."""
    return token.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


COLOURS = ((2, "green"), (5, "yellow"), (9, "dark_orange"))
"""Bits below which a token has a colour; red above all."""


def pretty(result: Likelihood) -> str:
    """The text, each token in the colour of its surprisal, and the numbers below it."""
    from rich.markup import escape

    if result.choices is not UNSET or result.surprisals is UNSET:
        return escape(plain(result))
    words = "".join(f"[{_colour(one.bits)}]{escape(one.token)}[/]" for one in result.surprisals)
    scale = " ".join(f"[{colour}]< {most} bits[/]" for most, colour in COLOURS)
    numbers = (
        f"log-likelihood {result.log_likelihood:.2f}, perplexity {result.perplexity:.2f}, "
        f"{result.bits_per_byte:.3f} bits a byte"
    )
    return f"{words}\n{numbers}; {scale} [red]more[/]"


def _colour(bits: float | None) -> str:
    if bits is None:
        return "dim"
    return next((colour for most, colour in COLOURS if bits < most), "red")


def rows(result: Likelihood) -> list[Row]:
    """One row; where endings were compared, of these alone."""
    row: Row = msgspec.to_builtins(result)
    if result.choices is not UNSET:
        row = {name: row[name] for name in ("choice", "choices")}
    return [row]


SCORE = Task(
    name="score",
    summary="Say how likely a text is, and how surprising each word of it.",
    input=Passage,
    result=Likelihood,
    params=Params,
    plain=plain,
    pretty=pretty,
    rows=rows,
    size=lambda record: len(record.text),
    models_of=("generate",),
    scorer=lambda: load("nlptool.tasks.scoring.likelihood:LikelihoodScorer"),
)
