"""word2vec: questions to a model of word vectors."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.errors import RecordError
from nlptool.tasks.base import Task

Verb = Literal["vector", "similar", "analogy", "similarity", "odd-one"]

PLUS, MINUS = "+＋", "-－−"
SHOWN = 60
"""Characters of a wrong question that its error repeats."""


class Query(msgspec.Struct, frozen=True):
    """The words of one question, as they stand on a line."""

    words: str


def parse_analogy(text: str) -> tuple[list[str], list[str]]:
    """The words to add and the words to take away in a sum such as ``king - man + woman``.

    An operator stands alone or before its word (``-man``); inside a word it is a letter of it.
    RecordError for anything else.
    """
    add: list[str] = []
    take: list[str] = []
    tokens = text.split()
    side = add if tokens and tokens[0][0] not in PLUS + MINUS else None
    for token in tokens:
        word = token
        if token[0] in PLUS + MINUS:
            if side is not None:
                raise _malformed(text, f"expected a word before {token}")
            side = add if token[0] in PLUS else take
            word = token[1:]
        elif side is None:
            raise _malformed(text, f"expected + or - before {token}")
        if word:
            side.append(word)
            side = None
    if side is not None or len(add) + len(take) <= 1:
        raise _malformed(text, "expected one more word")
    return add, take


def _malformed(text: str, why: str) -> RecordError:
    return RecordError(f"{text[:SHOWN]!r} is no sum as 'king - man + woman': {why[:SHOWN]}")


class Neighbour(msgspec.Struct, frozen=True):
    """A word and its cosine similarity."""

    word: str
    score: float


class WordAnswer(msgspec.Struct, frozen=True):
    """What the verb asked for: one of these is set."""

    vector: list[float] | UnsetType = UNSET
    similar: list[Neighbour] | UnsetType = UNSET
    similarity: float | UnsetType = UNSET
    word: str | UnsetType = UNSET


class Params(msgspec.Struct, frozen=True):
    """``verb``: what is asked; ``top``: how many neighbours."""

    verb: Verb = "similar"
    top: int = 10


def plain(answer: WordAnswer) -> str:
    """The answer for people: numbers by spaces, a neighbour a line."""
    if answer.vector is not UNSET:
        return " ".join(f"{value:g}" for value in answer.vector)
    if answer.similar is not UNSET:
        return "\n".join(f"{near.word}\t{near.score:.4f}" for near in answer.similar)
    if answer.similarity is not UNSET:
        return f"{answer.similarity:.4f}"
    return "" if answer.word is UNSET else answer.word


WORD2VEC = Task(
    name="word2vec",
    summary="Ask a model of word vectors; train one.",
    input=Query,
    result=WordAnswer,
    params=Params,
    plain=plain,
)
