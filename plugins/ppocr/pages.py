"""A page from its pixels to lines: found, read the way up that reads best, put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlptool.tasks.picture import Line, Page, Word

from ..layout import laid_out
from ..layout.direction import as_written, is_from_the_right
from .detector import SMALL, heights
from .strips import Box, Strip, grown, is_square, is_tall, size_of, strip_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from .detector import Detector
    from .recognizer import Reading, Recognizer

DOUBTFUL = 0.95
"""A line read with less confidence is read again, cut a little wider, and then on its head: on
receipts one line in ten. Of lines that stand on their heads, three in a hundred are read with
more."""
LOOSER = 0.05
"""By so much of its height, all around: on 30 receipts that finds three more of 1,378 words."""
AS_THE_PAGE = 0.8
"""A line is read as the page stands where that is this much as certain as the way it reads best."""

UNSURE = 0.8
"""A line that is as low as a box can be, and read with less confidence, has letters of 7 pixels or
less."""
TOO_SMALL = (
    "{} of the lines are too small to be read; a larger picture helps, for a PDF a higher --dpi"
)
LONG, SPARSE, STRANGE = 4, 0.9, 0.85
"""Lines are looked at that are so many times as long as high. Chinese has 1.3 letters or more for
each time, Latin 2 or more; letters of a script that the model does not know are left out, or are
read with less confidence than these."""
MOST_STRANGE = 0.3
"""A smaller share of such lines may be barcodes and stains; where more are too small to be read,
that is why they are strange."""
UNKNOWN = "{} of the lines have letters that the model does not know; see --languages and --model"


class FoundLine(NamedTuple):
    """A line before it is read: its box clockwise from the top left of the picture, and strips of
    it, each with the quarters by which its text is turned there; the most likely first."""

    box: Box
    strips: list[tuple[int, Strip]]


class Found(NamedTuple):
    """A page whose lines are found, not read."""

    picture: Image
    lines: list[FoundLine]


class ReadLine(NamedTuple):
    """What a line says, and by how many quarters, clockwise, its text is turned."""

    found: FoundLine
    reading: Reading
    quarters: int


def find(picture: Image, detector: Detector) -> Found:
    """The lines of a picture, each with its strips."""
    boxes = detector(picture)
    limits = picture.width - 1, picture.height - 1
    lines = [FoundLine(np.clip(box, 0, limits).round(1), _strips(picture, box)) for box in boxes]
    return Found(picture, lines)


def _strips(picture: Image, box: Box) -> list[tuple[int, Strip]]:
    """As the box is, a little looser, and on its head."""
    tall = is_tall(box)
    turned = np.roll(box, -tall, axis=0)
    strip = strip_of(picture, turned)
    strips = [(int(tall), strip), (int(tall), strip_of(picture, grown(turned, LOOSER)))]
    if tall and is_square(box):
        strips.append((0, strip_of(picture, box)))
    return [*strips, (tall + 2, strip[::-1, ::-1])]


def read_line(line: FoundLine, recognize: Recognizer) -> ReadLine:
    """The line, read the way up that is the most certain."""
    read: list[ReadLine] = []
    for quarters, strip in line.strips:
        read.append(ReadLine(line, recognize(strip), quarters))
        if read[-1].reading.confidence >= DOUBTFUL:
            break
    return max(read, key=lambda one: one.reading.confidence)


def page_of(page: Found, readings: Iterator[ReadLine], recognize: Recognizer, least: float) -> Page:
    """The page with its lines, taken from ``readings``, those that are certain enough in order."""
    read = list(islice(readings, len(page.lines)))
    ways = Counter[int]()
    for line in read:
        ways[line.quarters] += len(line.reading.text)
    usual = max(ways, key=ways.__getitem__, default=0)
    read = [_as_the_page(line, usual, recognize) for line in read]
    lines = [
        _line(one) for one in read if one.reading.text.strip() and one.reading.confidence >= least
    ]
    small = sum(
        heights(one.found.box[None])[0] < SMALL and one.reading.confidence < UNSURE for one in read
    )
    warnings = [TOO_SMALL.format(small)] if small else []
    long = [one for one in read if _is_long(one)]
    unknown = sum(map(_is_strange, long))
    if unknown > MOST_STRANGE * len(long) and small <= MOST_STRANGE * len(read):
        warnings.append(UNKNOWN.format(unknown))
    return laid_out(lines, page.picture, warnings)


def _is_long(one: ReadLine) -> bool:
    width, height = size_of(np.roll(one.found.box, -one.quarters, axis=0))
    return width >= LONG * height


def _is_strange(one: ReadLine) -> bool:
    """Whether a line has fewer letters than one so long has in any script, or unlikely ones."""
    width, height = size_of(np.roll(one.found.box, -one.quarters, axis=0))
    letters = sum(not character.isspace() for character in one.reading.characters)
    return letters * height < SPARSE * width or one.reading.confidence < STRANGE


def _line(one: ReadLine) -> Line:
    """The line with its words, their boxes cut out of its own."""
    reading, box = one.reading, np.roll(one.found.box, -one.quarters, axis=0)
    turned = is_from_the_right(reading.text)
    written = as_written if turned else str
    words = [
        Word(
            written("".join(reading.characters[start:end])),
            round(float(reading.certainty[start:end].mean()), 4),
            _part(box, *(reading.edge(at) for at in (start, end))),
        )
        for start, end in reading.words()
    ]
    if turned:
        words.reverse()
    return Line(written(reading.text), round(reading.confidence, 4), box.tolist(), words)


def _part(box: Box, start: float, end: float) -> Any:
    """The part of a box between two shares of its length."""
    top, low = box[1] - box[0], box[2] - box[3]
    corners = box[0] + top * start, box[0] + top * end, box[3] + low * end, box[3] + low * start
    return [corner.round(1).tolist() for corner in corners]


def _as_the_page(line: ReadLine, usual: int, recognize: Recognizer) -> ReadLine:
    """The line read the usual way up, where it can be: figures mean something on their heads."""
    strip = next((strip for way, strip in line.found.strips if way == usual), None)
    if line.quarters == usual or strip is None:
        return line
    reading = recognize(strip)
    if reading.confidence < AS_THE_PAGE * line.reading.confidence:
        return line
    return ReadLine(line.found, reading, usual)
