"""Make nlptool/fonts/glyphless.ttf, in which the invisible text of a searchable PDF is set.

    pip install fonttools
    python scripts/glyphless.py

It has one glyph, empty and half as wide as high, which every character of a PDF is mapped to.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

TARGET = Path(__file__).parent.parent / "nlptool" / "fonts" / "glyphless.ttf"
NAMES = (".notdef", "any")


def main() -> None:
    """Write the font."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([*NAMES])
    builder.setupCharacterMap({ord(" "): "any"})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in NAMES})
    builder.setupHorizontalMetrics(dict.fromkeys(NAMES, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Glyphless", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(TARGET)


if __name__ == "__main__":
    main()
