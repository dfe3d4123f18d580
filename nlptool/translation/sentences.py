"""Runs of text cut into sentences, and what is too long for a model cut smaller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlptool.translation.pieces import Piece

LIMIT = 400
"""Characters of a sentence that a model gets; Marian models take 512 tokens."""

CLAUSE = re.compile(r"(?<=[,;:])\s+|(?<=[，；：、—])|\s+(?=[(\[（])")
SPACE = re.compile(r"\s+")


def sentences(run: Sequence[Piece], language: str) -> Iterator[list[Piece]]:
    """The run's pieces, sentence by sentence, each at most LIMIT characters of text."""
    ends = _ends("".join(_mask(piece) for piece in run), language)
    bound, start = next(ends, 0), 0
    sentence: list[Piece] = []
    for piece in run:
        end, position = start + len(piece.raw), start
        while position < bound <= end:
            if piece.kind == "text" or bound == end:
                sentence.append(Piece(piece.raw[position - start : bound - start], piece.kind))
                yield sentence
                sentence, position = [], bound
            bound = next(ends, 0)
        if position < end:
            sentence.append(Piece(piece.raw[position - start :], piece.kind))
        start = end
    if sentence:
        yield sentence


def _mask(piece: Piece) -> str:
    """What the splitter sees: nothing inside a piece that is kept can end a sentence."""
    if piece.kind == "text":
        return piece.raw
    return (" " if piece.kind == "break" else "x") * len(piece.raw)


def _ends(text: str, language: str) -> Iterator[int]:
    """Where sentences end, in characters."""
    from sentencex import segment

    position = 0
    for sentence in segment(language, text):
        end = position + len(sentence)
        while end - position > LIMIT:
            position += _best_cut(text[position : position + LIMIT])
            yield position
        position = end
        yield end


def _best_cut(head: str) -> int:
    """The length of the first part of a sentence that is too long: cut where it hurts least."""
    for pattern in (CLAUSE, SPACE):
        ends = [found.end() for found in pattern.finditer(head, len(head) // 4)]
        ends = [end for end in ends if end < len(head)]
        if ends:
            return ends[-1]
    return len(head)
