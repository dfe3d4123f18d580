"""Pages of text as hOCR and ALTO: every word with its place, for viewers and archives.

hOCR 1.2 (http://kba.github.io/hocr-spec/1.2/) and ALTO 4 (https://www.loc.gov/standards/alto/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import atan2, degrees
from typing import IO
from xml.etree.ElementTree import Element, SubElement, tostring

from nlptool.errors import UsageError
from nlptool.io.formats.format import RESULT, Format, Layout
from nlptool.tasks import Row
from nlptool.tasks.page_text import Box, Line, line_words
from nlptool.tasks.picture import Page

NOT_XML = r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""A string: it takes 5 ms to compile, and every command imports this."""
HOCR_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title></title><meta charset="utf-8"/><meta name="ocr-system" content="nlptool"/>
<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word ocr_table"/>
</head>
<body>
"""
ALTO_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" SCHEMAVERSION="4.4">
<Description><MeasurementUnit>pixel</MeasurementUnit>{}</Description>
<Layout>
"""


def page_of(row: Row, form: str) -> Page:
    """The page in a row; UsageError for what is none."""
    if "error" in row:
        raise UsageError(f"{form} has no place for errors; leave out --on-error emit")
    page = row.get(RESULT)
    if not isinstance(page, Page):
        raise UsageError(f"{form} is a format for pages that ocr has read; these results are none")
    return page


class HocrEncoder:
    """A division a page."""

    def __init__(self, _layout: Layout) -> None:
        self.count = 0

    def encode(self, rows: list[Row]) -> bytes:
        """The pages, with the head of the document before the first."""
        head = "" if self.count else HOCR_HEAD
        return _bytes(head + "".join(self._page(row, page_of(row, "hocr")) for row in rows))

    def _page(self, row: Row, page: Page) -> str:
        self.count += 1
        name, number = _clean(row["file"]), row["page"] - 1
        title = f'image "{name}"; bbox 0 0 {page.width} {page.height}; ppageno {number}'
        root = Element("div", {"class": "ocr_page", "id": f"page_{self.count}", "title": title})
        for number, block in enumerate(page.blocks, 1):
            lines = page.lines[block.start : block.end]
            bounds = f"bbox {' '.join(map(str, bounds_of(line.box for line in lines)))}"
            kind = "ocr_table" if block.kind == "table" else "ocr_carea"
            name = f"block_{self.count}_{number}"
            area = SubElement(root, "div", {"class": kind, "id": name, "title": bounds})
            paragraph = SubElement(area, "p", {"class": "ocr_par", "title": bounds})
            for line in lines:
                _hocr_line(paragraph, line)
        return tostring(root, "unicode") + "\n"

    def resume(self, written: IO[bytes]) -> None:
        """It cannot be written on."""

    def end(self) -> Iterable[bytes]:
        """The end of the document."""
        yield _bytes(("" if self.count else HOCR_HEAD) + "</body></html>\n")


def _hocr_line(parent: Element, line: Line) -> None:
    bounds = " ".join(map(str, bounds_of([line.box])))
    (x, y), (end_x, end_y) = line.box[:2]
    angle = degrees(atan2(y - end_y, end_x - x))
    title = f"bbox {bounds}; textangle {angle:.1f}"
    span = SubElement(parent, "span", {"class": "ocr_line", "title": title})
    for word in line_words(line):
        box = " ".join(map(str, bounds_of([word.box])))
        title = f"bbox {box}; x_wconf {round(100 * word.confidence)}"
        part = SubElement(span, "span", {"class": "ocrx_word", "title": title})
        part.text, part.tail = _clean(word.text), " "
    span.tail = "\n"


class AltoEncoder:
    """An element a page."""

    def __init__(self, layout: Layout) -> None:
        self.sources = layout.sources
        self.count = 0

    def encode(self, rows: list[Row]) -> bytes:
        """The pages, with the head of the document before the first."""
        head = "" if self.count else self._head()
        return _bytes(head + "".join(self._page(row, page_of(row, "alto")) for row in rows))

    def _head(self) -> str:
        if len(self.sources) != 1:
            return ALTO_HEAD.format("")
        root = Element("sourceImageInformation")
        SubElement(root, "fileName").text = _clean(self.sources[0].name)
        return ALTO_HEAD.format(tostring(root, "unicode"))

    def _page(self, row: Row, page: Page) -> str:
        self.count += 1
        size = {"WIDTH": str(page.width), "HEIGHT": str(page.height)}
        identity = {"ID": f"page_{self.count}", "PHYSICAL_IMG_NR": str(row["page"])}
        root = Element("Page", identity | size)
        space = SubElement(root, "PrintSpace", {"HPOS": "0", "VPOS": "0"} | size)
        for number, block in enumerate(page.blocks, 1):
            lines = page.lines[block.start : block.end]
            name = {"ID": f"block_{self.count}_{number}"}
            area = SubElement(space, "TextBlock", name | _place([line.box for line in lines]))
            for at, line in enumerate(lines, 1):
                identity = {"ID": f"line_{self.count}_{number}_{at}"}
                _alto_line(SubElement(area, "TextLine", identity | _place([line.box])), line)
        return tostring(root, "unicode") + "\n"

    def resume(self, written: IO[bytes]) -> None:
        """It cannot be written on."""

    def end(self) -> Iterable[bytes]:
        """The end of the document."""
        yield _bytes(("" if self.count else self._head()) + "</Layout></alto>\n")


def _alto_line(parent: Element, line: Line) -> None:
    for number, word in enumerate(line_words(line)):
        if number:
            SubElement(parent, "SP")
        said = {"CONTENT": _clean(word.text), "WC": f"{word.confidence:.4f}"}
        SubElement(parent, "String", said | _place([word.box]))


def _place(boxes: Sequence[Box]) -> dict[str, str]:
    left, top, right, low = bounds_of(boxes)
    sides = {"HPOS": left, "VPOS": top, "WIDTH": right - left, "HEIGHT": low - top}
    return {name: str(value) for name, value in sides.items()}


def bounds_of(boxes: Iterable[Box]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is around boxes, in whole pixels."""
    xs, ys = zip(*(point for box in boxes for point in box), strict=True)
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))


def _clean(text: str) -> str:
    """Text that XML may hold."""
    return re.sub(NOT_XML, "\ufffd", text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


FORMATS = (
    Format("hocr", (".hocr",), encoder=HocrEncoder, whole=True, resumable=False),
    Format("alto", (".alto", ".xml"), encoder=AltoEncoder, whole=True, resumable=False),
)
