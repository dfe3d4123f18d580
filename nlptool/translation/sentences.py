"""Runs of text cut into sentences, and what is too long for a model cut smaller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlptool.translation.pieces import Piece
from nlptool.translation.tags import pairs

LIMIT = 400
"""Characters of a sentence that a model gets; Marian models take 512 tokens."""

CLAUSE = re.compile(r"(?<=[,;:])\s+|(?<=[，；：、—])|\s+(?=[(\[（])")
SPACE = re.compile(r"\s+")


def sentences(run: Sequence[Piece], language: str) -> Iterator[list[Piece]]:
    """The run's pieces, sentence by sentence, each at most LIMIT characters of text; a tag that
    closes something stands in the sentence of what opens it, if it is the next thing there."""
    held: list[Piece] = []
    for sentence in _sentences(run, language):
        while held and sentence and _closes(held, sentence[0]):
            held.append(sentence.pop(0))
        if held:
            yield held
        held = sentence
    if held:
        yield held


def _sentences(run: Sequence[Piece], language: str) -> Iterator[list[Piece]]:
    ends = _ends("".join(map(_seen, run)), language)
    bound, start = next(ends, 0), 0
    sentence: list[Piece] = []
    for piece in run:
        end, position = start + len(_seen(piece)), start
        while position < bound <= end:
            if piece.kind == "text" or bound == end:
                raw = piece.raw[position - start : bound - start]
                sentence.append(piece._replace(raw=raw))
                yield sentence
                sentence, position = [], bound
            bound = next(ends, 0)
        if position < end or start == end:
            sentence.append(piece._replace(raw=piece.raw[position - start :]))
        start = end
    if sentence:
        yield sentence


def _closes(before: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece closes what the pieces before it open."""
    return piece.kind == "tag" and pairs([*before, piece]).get(len(before), -1) in range(
        len(before)
    )


def _seen(piece: Piece) -> str:
    """What the splitter sees: no tags, and nothing in what is kept that could end a sentence."""
    if piece.kind in ("tag", "mark"):
        return ""
    return (
        piece.raw
        if piece.kind == "text"
        else (" " if piece.kind == "break" else "x") * len(piece.raw)
    )


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
