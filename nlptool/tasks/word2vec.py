"""word2vec: questions to a model of word vectors."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from nlptool.errors import RecordError
from nlptool.tasks.base import Task

OPERATORS = {"+": 1, "＋": 1, "-": -1, "－": -1, "−": -1}

Verb = Literal["vector", "similar", "analogy", "similarity", "odd-one"]


class Query(msgspec.Struct, frozen=True):
    """The words of one question, as they stand on a line."""

    words: str


def parse_analogy(text: str) -> tuple[list[str], list[str]]:
    """The words to add and the words to take away in a sum such as ``king - man + woman``.

    An operator stands alone or before its word (``-man``); inside a word it is a letter of it.
    RecordError for anything else.
    """
    sides: dict[int, list[str]] = {1: [], -1: []}
    sign = 1
    wanted = "a word"
    for token in text.split():
        operator = token[0] in OPERATORS
        if operator:
            if wanted == "a word" and any(sides.values()):
                raise _malformed(text, f"expected a word before {token}")
            sign = OPERATORS[token[0]]
        elif wanted == "+ or -":
            raise _malformed(text, f"expected + or - before {token}")
        word = token[1:] if operator else token
        wanted = "+ or -" if word else "a word"
        if word:
            sides[sign].append(word)
    if wanted == "a word":
        raise _malformed(text, "expected a word at the end")
    if len(sides[1]) + len(sides[-1]) < 2:
        raise _malformed(text, "expected two words or more")
    return sides[1], sides[-1]


def _malformed(text: str, why: str) -> RecordError:
    return RecordError(f"{text!r} is no sum of words such as 'king - man + woman': {why}")


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
