"""Pictures with text, drawn for a test."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from nlptool.config.paths import packaged

FONT = str(packaged("fonts/NotoSansCJK.otf"))


def drawn(*lines: str, size: int = 32, width: int = 480, mode: str = "RGB") -> Image.Image:
    """Black lines on white."""
    font = ImageFont.truetype(FONT, size)
    picture = Image.new("RGB", (width, 2 * size * len(lines) + size), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((size, size // 2 + 2 * size * number), line, fill="black", font=font)
    return picture.convert(mode)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture's file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
