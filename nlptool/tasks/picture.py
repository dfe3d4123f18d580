"""A picture as a record, and the two tasks on pictures: ocr and segment-image."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from nlptool.entry_points import load
from nlptool.tasks.base import Row, Task
from nlptool.tasks.page_text import (
    Block,
    Box,
    Kind,
    Line,
    Point,
    Word,
    block_row,
    block_text,
    line_words,
)

__all__ = [
    "OCR",
    "SEGMENT_IMAGE",
    "Block",
    "Box",
    "Kind",
    "Level",
    "Line",
    "Mask",
    "MaskParams",
    "Page",
    "Params",
    "Picture",
    "Point",
    "Word",
]


class Picture(msgspec.Struct, frozen=True):
    """One picture or page, opened only when its turn comes.

    ``file`` is the name the user gave, ``page`` counts from 1, ``open()`` gives the upright RGB
    picture, a PIL Image, or raises RecordError.
    """

    file: str
    page: int
    open: Any


Level = Literal["word", "line", "block"]


class Params(msgspec.Struct, frozen=True):
    """``min_confidence``: lines below it are left out, None for the model's own limit;
    ``languages`` of the text, for models that must be told; ``level``: what a row is."""

    min_confidence: float | None = None
    languages: tuple[str, ...] = ()
    level: Level = "line"


class Page(msgspec.Struct, frozen=True):
    """The lines of a page in reading order; ``width`` and ``height`` in pixels. ``warnings`` say
    what may be missing or wrong. ``number`` is the page's in its document, ``level`` what of it is
    shown."""

    lines: list[Line]
    width: int
    height: int
    blocks: list[Block] = []
    warnings: list[str] = []
    number: int = 1
    level: Level = "line"


def rows_of(page: Page) -> list[Row]:
    """A row a line of text, a word or a block, as the page's level is."""
    if page.level == "block":
        return [block_row(page.lines[block.start : block.end], block) for block in page.blocks]
    shown: list[Line | Word] = [*page.lines]
    if page.level == "word":
        shown = [word for line in page.lines for word in line_words(line)]
    return [{"text": one.text, "confidence": one.confidence, "box": one.box} for one in shown]


def plain(page: Page) -> str:
    """The text, after a form feed where the page is not the first of its document."""
    if page.level == "block":
        blocks = (block_text(page.lines[block.start : block.end], block) for block in page.blocks)
        text = "\n\n".join(blocks)
    else:
        text = "\n".join(row["text"] for row in rows_of(page))
    return f"\f{text}" if page.number > 1 else text


def as_asked(picture: Picture, page: Page, params: Params) -> Page:
    """The page with its number, and the level that was asked for."""
    return msgspec.structs.replace(page, number=picture.page, level=params.level)


OCR = Task(
    name="ocr",
    summary="Read the text in pictures and PDF pages.",
    input=Picture,
    result=Page,
    params=Params,
    plain=plain,
    rows=rows_of,
    artifact=lambda: load("nlptool.io.pictures.overlay:OverlayFolder"),
    keep=("file", "page"),
    finish=as_asked,
    doubts=lambda page: page.warnings,
    scorer=lambda: load("nlptool.tasks.scoring.transcripts:TextScorer"),
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
    rows=regions_of,
    artifact=lambda: load("nlptool.io.pictures.masks:MaskFolder"),
    keep=("file", "page"),
)
