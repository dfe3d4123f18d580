"""A PDF of one page: invisible text where it was read, over a picture or over nothing.

Words are set in a font without glyphs, each character half as wide as high, and stretched to fill
their boxes, as tesseract and OCRmyPDF have it.
"""

from __future__ import annotations

import zlib
from math import hypot
from typing import TYPE_CHECKING

from nlptool.config.paths import packaged
from nlptool.tasks.page_text import Word, line_words
from nlptool.tasks.picture import Page

if TYPE_CHECKING:
    from PIL.Image import Image

FONT = "fonts/glyphless.ttf"
CODES = 65_536
TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""
INVISIBLE = 3
BASELINE = 0.2
"""The share of a box that is below the baseline."""


def layer(page: Page, width: float, height: float, picture: Image | None = None) -> bytes:
    """The PDF of a page, ``width`` and ``height`` in points."""
    content = [f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /I Do Q".encode()] if picture else []
    x, y = width / page.width, height / page.height
    content.append(b"BT %d Tr" % INVISIBLE)
    for line in page.lines:
        words = line_words(line)
        for word in words:
            content.append(_shown(word, x, y, height, last=word is words[-1]))
    content.append(b"ET")
    font = packaged(FONT).read_bytes()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/XObject<<%s>>>>>>"
        % (width, height, b"/I 11 0 R" if picture else b""),
        _stream(b"", b"\n".join(content)),
        b"<</Type/Font/Subtype/Type0/BaseFont/Glyphless/Encoding/Identity-H"
        b"/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Glyphless/DW 500/CIDToGIDMap 8 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor 9 0 R>>",
        _stream(b"", TO_UNICODE),
        _stream(b"", b"\0\1" * CODES),
        b"<</Type/FontDescriptor/FontName/Glyphless/Flags 5/FontBBox[0 0 500 1000]/ItalicAngle 0"
        b"/Ascent 800/Descent -200/CapHeight 800/StemV 80/FontFile2 10 0 R>>",
        _stream(b"/Length1 %d" % len(font), font),
    ]
    if picture:
        objects.append(_image(picture))
    return _file(objects)


def _shown(word: Word, x: float, y: float, height: float, *, last: bool) -> bytes:
    """The operators that set a word, and a space behind it that is not the last of its line."""
    points = [(px * x, height - py * y) for px, py in word.box]
    (left, top), (right, right_top), _, (low_x, low_y) = points
    length = max(0.1, hypot(right - left, right_top - top))
    size = max(0.1, hypot(low_x - left, low_y - top))
    cos, sin = (right - left) / length, (right_top - top) / length
    start = low_x - sin * BASELINE * size, low_y + cos * BASELINE * size
    units = len(word.text.encode("utf-16-be", "replace")) // 2
    stretched = 100 * length / (0.5 * size * max(1, units))
    text = word.text if last else f"{word.text} "
    codes = text.encode("utf-16-be", "replace").hex()
    matrix = " ".join(f"{value:.4f}" for value in (cos, sin, -sin, cos, *start))
    return f"/F {size:.3f} Tf {stretched:.3f} Tz {matrix} Tm <{codes}> Tj".encode()


def _image(picture: Image) -> bytes:
    """A picture without loss, in grey where it has no colour."""
    red, green, blue = (channel.tobytes() for channel in picture.split())
    grey = red == green == blue
    space, pixels = (b"Gray", red) if grey else (b"RGB", picture.tobytes())
    return _stream(
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/Device%s/BitsPerComponent 8"
        % (picture.width, picture.height, space),
        pixels,
    )


def _stream(entries: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
        entries,
        len(packed),
        packed,
    )


def _file(objects: list[bytes]) -> bytes:
    """A PDF of objects, numbered from 1; the first is its catalogue."""
    data = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d>>\n" % (
        size,
        table,
        size,
    )
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % data.rindex(b"xref\n0 "))
