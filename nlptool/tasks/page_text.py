"""Lines, words and blocks of a page, and blocks as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from nlptool.tasks.base import Row

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]
Kind = Literal["text", "table"]
WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
"""Characters that stand side by side without a space."""


class Word(msgspec.Struct, frozen=True):
    """A word of a line, with a box as the line has it."""

    text: str
    confidence: float
    box: Box


class Line(msgspec.Struct, frozen=True):
    """A line of text: ``box`` has four points, in pixels, clockwise from the text's top left: of
    text that stands on its head, the first is the lowest of the right. ``words`` may be missing."""

    text: str
    confidence: float
    box: Box
    words: list[Word] = []


class Block(msgspec.Struct, frozen=True):
    """A paragraph or a table: the page's lines from ``start`` to before ``end``; ``cells`` are the
    texts in each row of a table."""

    kind: Kind
    start: int
    end: int
    cells: list[list[str]] = []


def line_words(line: Line) -> list[Word]:
    """The words of a line, which is one itself where they are not known."""
    return line.words or [Word(line.text, line.confidence, line.box)]


def block_text(lines: Sequence[Line], block: Block) -> str:
    """A paragraph as one line, a table as CSV."""
    if block.kind == "text":
        return joined([line.text for line in lines])
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(block.cells)
    return table.getvalue().rstrip("\n")


def block_row(lines: Sequence[Line], block: Block) -> Row:
    """What a row has of a block: its box is upright, its confidence the mean of its lines'."""
    points = [point for line in lines for point in line.box]
    left, top = (min(values) for values in zip(*points, strict=True))
    right, low = (max(values) for values in zip(*points, strict=True))
    return {
        "kind": block.kind,
        "text": block_text(lines, block),
        "confidence": round(sum(line.confidence for line in lines) / len(lines), 4),
        "box": ((left, top), (right, top), (right, low), (left, low)),
        "cells": block.cells or None,
    }


def joined(lines: Sequence[str]) -> str:
    """Lines as one: a space between them but for Chinese and Japanese, and a word that was cut at
    the end of a line is put together again."""
    text = "\n".join(lines)
    text = re.sub(rf"({WIDE})\n(?={WIDE})", r"\1", text)
    text = re.sub(r"([^\W\d_])-\n(?=[a-zß-öø-ÿ])", r"\1", text)
    return text.replace("\n", " ")
