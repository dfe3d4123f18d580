"""A picture as a record, and the two tasks on pictures: ocr and segment-image."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from nlptool.tasks.base import Row, Task

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]
Kind = Literal["text", "table"]


class Picture(msgspec.Struct, frozen=True):
    """One picture or page, opened only when its turn comes.

    ``file`` is the name the user gave, ``page`` counts from 1, ``open()`` gives the upright RGB
    picture, a PIL Image, or raises RecordError.
    """

    file: str
    page: int
    open: Any


class Params(msgspec.Struct, frozen=True):
    """``min_confidence``: lines below it are left out, None for the model's own limit;
    ``languages`` of the text, for models that must be told."""

    min_confidence: float | None = None
    languages: tuple[str, ...] = ()


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


class Page(msgspec.Struct, frozen=True):
    """The lines of a page in reading order; ``width`` and ``height`` in pixels. ``warnings`` say
    what may be missing or wrong."""

    lines: list[Line]
    width: int
    height: int
    blocks: list[Block] = []
    warnings: list[str] = []


def lines_of(page: Page) -> list[Row]:
    """A row a line of text."""
    return [
        {"text": line.text, "confidence": line.confidence, "box": line.box} for line in page.lines
    ]


OCR = Task(
    name="ocr",
    summary="Read the text in pictures and PDF pages.",
    input=Picture,
    result=Page,
    params=Params,
    plain=lambda page: "\n".join(line.text for line in page.lines),
    carrier="picture",
    rows=lines_of,
    keep=("file", "page"),
)


IGNORED = 255
"""The class number, in a true mask, of pixels that do not count."""


class MaskParams(msgspec.Struct, frozen=True):
    """How to look at a picture: besides as it is also ``flips`` and ``scales`` of it, their scores
    averaged; through a ``window`` of so many pixels, None where the model decides."""

    flips: bool = False
    scales: tuple[float, ...] = (1.0,)
    window: int | None = None


Colour = tuple[int, int, int]


class Region(msgspec.Struct, frozen=True):
    """A class in a mask: its pixels, their share of the picture, and its bounding box
    (left, top, right, bottom in pixels, right and bottom outside)."""

    label: str
    pixels: int
    share: float
    box: tuple[int, int, int, int]


class Mask(msgspec.Struct, frozen=True):
    """``mask`` is a uint8 array (height, width) of class numbers; ``regions`` the classes in it.

    ``labels`` and ``colours`` are those of all classes of the model, in their order.
    """

    mask: Any
    regions: list[Region]
    labels: list[str]
    colours: list[Colour]


def regions_of(mask: Mask) -> list[Row]:
    """A row a class."""
    rows: list[Row] = [msgspec.to_builtins(region) for region in mask.regions]
    return rows


def described(mask: Mask) -> str:
    """A line a class."""
    lines = [
        f"{region.label}\t{region.pixels}\t{region.share:.4f}\t{','.join(map(str, region.box))}"
        for region in mask.regions
    ]
    return "\n".join(lines)


SEGMENT_IMAGE = Task(
    name="segment-image",
    summary="Mark the regions of pictures.",
    input=Picture,
    result=Mask,
    params=MaskParams,
    plain=described,
    carrier="picture",
    rows=regions_of,
    keep=("file", "page"),
)
