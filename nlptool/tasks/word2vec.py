"""word2vec: questions to a model of word vectors."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.tasks.base import Task

Verb = Literal["vector", "similar", "analogy", "similarity", "odd-one"]


class Query(msgspec.Struct, frozen=True):
    """The words of one question, as they stand on a line."""

    words: str


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
