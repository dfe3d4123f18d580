"""What a language model can do, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from nlptool.errors import RecordError
from nlptool.tasks.generate import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Tokens = Sequence[str]


class Sampling(msgspec.Struct, frozen=True):
    """How text is generated: at most ``max_tokens``. ``temperature`` 0 takes the likeliest token
    each time, or with ``beam`` the likeliest of so many texts; ``top_k`` 0, ``top_p`` 1 and
    ``min_p`` 0 leave every token in. ``stop`` are texts that end it and are no part of it.
    ``hypotheses`` are how many texts come back, the likeliest first; finished ones wait for
    ``patience`` times the beam's width of them. ``prefix`` is how many tokens at the beginning of
    all prompts are the same, and may be kept for later ones."""

    max_tokens: int = 128
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0
    stop: tuple[str, ...] = ()
    beam: int = 1
    patience: float = 1.0
    hypotheses: int = 1
    prefix: int = 0


@dataclass(frozen=True)
class Generated:
    """A text, its tokens, what ended it, and the mean log-probability of a token (nats), the end's
    counted; 0 where chance had a part."""

    text: str
    tokens: list[str]
    score: float
    reason: Reason


@dataclass(frozen=True)
class Piece:
    """What is new of a text, with the tokens that brought it; the last piece has the reason."""

    text: str
    tokens: list[str]
    reason: Reason | None = None


@dataclass(frozen=True)
class Scored:
    """Tokens, and the log-probability (nats) of each but the first after all before it."""

    tokens: list[str]
    log_probs: list[float]


class LanguageModel(Protocol):
    """A causal model with its tokenizer. It takes tokens; ``context`` is how many of them it can
    see, prompt and answer together, ``special`` those that no text has.

    RecordError for a text that is empty, or longer than the context leaves room for.
    """

    context: int
    special: Sequence[str]

    def encode(self, text: str) -> list[str]:
        """A text's tokens, after the model's start token if it has one."""

    def fill(self, template: str, fields: Mapping[str, str]) -> list[str]:
        """The tokens of a template with its ``{field}``s filled in; only the template itself may
        have special tokens."""

    def decode(self, tokens: Tokens) -> str:
        """The text of tokens, without special ones."""

    def generate(self, prompts: Sequence[Tokens], how: Sampling) -> list[list[Generated]]:
        """What the model says after each prompt, ``how.hypotheses`` texts for each, without
        chance."""

    def stream(self, prompt: Tokens, how: Sampling, seed: int) -> Iterator[Piece]:
        """One text, piece by piece: what ``generate`` says where the temperature is 0, else what
        the seed decides; whoever stops asking stops it."""

    def next(self, prompts: Sequence[Tokens]) -> list[Floats]:
        """The logits of every token of the vocabulary after each prompt."""

    def token(self, number: int) -> str:
        """A token of the vocabulary."""

    def number(self, token: str) -> int:
        """Where a token stands in the vocabulary."""

    def score(self, texts: Sequence[Tokens]) -> list[Scored]:
        """How likely each token is after those before it; nothing is said of the first."""


def check(tokens: Tokens, context: int, more: int) -> None:
    """RecordError where there are no tokens, or no place for so many more."""
    if not tokens:
        raise RecordError("an empty text")
    if len(tokens) + more > context:
        room = f", and room for {more} more," if more > 1 else ""
        raise RecordError(
            f"a text of {len(tokens)} tokens{room} is too long: the model can see {context}"
        )
