"""Odd and hostile pictures: right, or one clear error for that record alone."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nlptool.errors import RecordError
from nlptool.io.pictures.pages import PageSpec, is_picture, pages
from tests.conftest import Run
from tests.pictures import drawn, encoded

TEXT = "Reading room"
PICTURE = drawn(TEXT)
PNG = encoded(PICTURE)
JPEG = encoded(PICTURE, "JPEG")


def sideways() -> bytes:
    """Turned by 90 degrees, and EXIF says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(PICTURE.rotate(90, expand=True), "JPEG", exif=exif)


def sixteen_bits(kind: str) -> bytes:
    grey = np.asarray(PICTURE.convert("L")).astype(np.uint16) * 257
    return encoded(Image.fromarray(grey), kind)


def floats() -> bytes:
    return encoded(Image.fromarray(np.asarray(PICTURE.convert("L")) / np.float32(255)), "TIFF")


def transparent(mode: str) -> bytes:
    """Black letters on nothing; the nothing is black too."""
    picture = PICTURE.convert("L")
    letters = Image.new(mode, picture.size)
    letters.putalpha(picture.point(lambda value: 255 - value))
    return encoded(letters)


def moving() -> bytes:
    frames = [drawn(TEXT), drawn("Second frame"), drawn("Third frame")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def pdf(*texts: str) -> bytes:
    first, *rest = (drawn(text) for text in texts)
    return encoded(first, "PDF", save_all=True, append_images=rest, resolution=100)


def empty_pdf() -> bytes:
    document, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


def filled_form() -> bytes:
    """A PDF whose only text stands in a field of a form."""
    text = f"BT /F 24 Tf 5 8 Td ({TEXT}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Annots[4 0 R]>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/F 4/Rect[20 30 280 66]/P 3 0 R/AP<</N 5 0 R>>>>",
        "<</Type/XObject/Subtype/Form/BBox[0 0 260 36]/Resources<</Font<</F<</Type/Font/Subtype"
        f"/Type1/BaseFont/Helvetica>>>>>>/Length {len(text)}>>stream\n{text}\nendstream",
    )
    body = "".join(f"{number} 0 obj{it} endobj\n" for number, it in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Size 6>>\n%%EOF\n".encode()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of so many pixels, all of its data a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(1000))), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def long_picture() -> bytes:
    """20,000 pixels high, text at its foot."""
    picture = Image.new("RGB", (480, 20_000), "white")
    picture.paste(PICTURE, (0, 19_000))
    return encoded(picture)


READ: dict[str, Callable[[], bytes]] = {
    "plain.png": lambda: PNG,
    "plain.jpg": lambda: JPEG,
    "plain.webp": lambda: encoded(PICTURE, "WEBP"),
    "plain.bmp": lambda: encoded(PICTURE, "BMP"),
    "plain.gif": lambda: encoded(PICTURE, "GIF"),
    "plain.tiff": lambda: encoded(PICTURE, "TIFF"),
    "plain.pdf": lambda: pdf(TEXT),
    "form.pdf": filled_form,
    "sideways.jpg": sideways,
    "upside-down.png": lambda: encoded(PICTURE.rotate(180)),
    "cmyk.jpg": lambda: encoded(PICTURE.convert("CMYK"), "JPEG"),
    "cmyk.tif": lambda: encoded(PICTURE.convert("CMYK"), "TIFF"),
    "grey.jpg": lambda: encoded(PICTURE.convert("L"), "JPEG"),
    "one bit.png": lambda: encoded(PICTURE.convert("1")),
    "palette.png": lambda: encoded(PICTURE.convert("P")),
    "16 bits.png": lambda: sixteen_bits("PNG"),
    "16 bits.tiff": lambda: sixteen_bits("TIFF"),
    "floats.tiff": floats,
    "alpha.png": lambda: transparent("RGBA"),
    "grey alpha.png": lambda: transparent("LA"),
    "moving.gif": moving,
    "png as.jpg": lambda: PNG,
    "jpeg as.pdf": lambda: JPEG,
    "pdf as.png": lambda: pdf(TEXT),
    "20000 high.png": long_picture,
    "trailing bytes.png": lambda: PNG + b"more" * 1000,
    "图片 🖼.png": lambda: PNG,
}
BLANK: dict[str, Callable[[], bytes]] = {
    "one pixel.png": lambda: encoded(Image.new("RGB", (1, 1))),
    "one column.png": lambda: encoded(Image.new("L", (1, 3000), "white")),
    "white.png": lambda: encoded(Image.new("RGB", (300, 200), "white")),
    "black.png": lambda: encoded(Image.new("RGB", (300, 200))),
    "all transparent.png": lambda: encoded(Image.new("RGBA", (300, 200), (0, 0, 0, 0))),
    "20000 wide.png": lambda: encoded(Image.new("L", (20_000, 40), "white")),
}
BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing.png": (lambda: b"", "empty"),
    "nothing.pdf": (lambda: b"", "empty"),
    "text.png": (lambda: b"This is no picture.\n", "not a picture"),
    "svg.png": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    "cut.png": (lambda: PNG[: len(PNG) // 2], "damaged"),
    "cut.jpg": (lambda: JPEG[: len(JPEG) // 2], "damaged"),
    "cut.webp": (lambda: encoded(PICTURE, "WEBP")[:300], "damaged"),
    "cut.pdf": (lambda: pdf(TEXT)[:500], "damaged"),
    "head.png": (lambda: PNG[:12], "a picture"),
    "head.tiff": (lambda: encoded(PICTURE, "TIFF")[:9], "a picture"),
    "bomb.png": (lambda: huge_png(60_000, 60_000), "3600 megapixels"),
    "lying.png": (lambda: huge_png(500, 500), "damaged"),
    "wide as the world.png": (lambda: huge_png(2**31 - 1, 1), "megapixels"),
    "no pages.pdf": (empty_pdf, "damaged"),
    "postscript.png": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a pict"),
}


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with all of them."""
    folder = tmp_path / "odd"
    folder.mkdir()
    makers = {**READ, **BLANK, **{name: make for name, (make, _) in BROKEN.items()}}
    for name, make in makers.items():
        (folder / name).write_bytes(make())
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "folder.png").mkdir()
    return folder


def test_each_is_right_or_fails_alone(nlptool: Run, odd: Path) -> None:
    files = [*sorted(odd.iterdir()), odd / "missing.png"]
    files.remove(odd / "folder.png")
    result = nlptool("ocr", *files, "-f", "jsonl", "--on-error", "emit", LANG="C")
    assert result.code == 1
    read = {Path(row["file"]).name: row["text"] for row in result.rows if "text" in row}
    errors = {Path(row["file"]).name: row["error"] for row in result.rows if "error" in row}
    assert read == dict.fromkeys(READ, TEXT)
    assert errors.keys() == {*BROKEN, "loop.png", "missing.png"}
    for name, (_, why) in BROKEN.items():
        assert why in errors[name], (name, errors[name])
    assert "No such file" in errors["missing.png"]
    assert f"{len(errors)} of {len(files)} records failed" in result.stderr
    assert all(len(line) < 300 for line in result.stderr.splitlines())


def test_a_pdf_with_a_password(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "locked.pdf"
    file.write_bytes(LOCKED)
    result = nlptool("ocr", file)
    assert result.code == 1
    assert "the PDF is encrypted and needs a --password" in result.stderr
    wrong = nlptool("ocr", file, "--password", "x")
    assert "the PDF is encrypted and --password is not its own" in wrong.stderr


LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"3 0 obj<</Filter/Standard/V 1/R 2/P -44/O<"
    + b"41" * 32
    + b">/U<"
    + b"42" * 32
    + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<01><01>]/Size 4>>\n%%EOF\n"
)

WHOLE = [PNG, JPEG, moving(), sideways(), sixteen_bits("TIFF"), pdf(TEXT), encoded(PICTURE, "WEBP")]


def looked_at(data: bytes) -> int:
    """Open all pages; how many could be."""
    try:
        return sum(opener().mode == "RGB" for _, opener in pages(data, PageSpec(dpi=20)))
    except RecordError:
        return 0


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("number", range(len(WHOLE)))
def test_damage_is_a_record_error(number: int) -> None:
    dice = random.Random(number)
    whole = WHOLE[number]
    assert looked_at(whole) == 1
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 3, 30))):
            data[dice.randrange(min(len(data), dice.choice((40, 400, len(data)))))] = (
                dice.randrange(256)
            )
        assert looked_at(bytes(data[: dice.choice((len(data), dice.randrange(len(data))))])) in (
            0,
            1,
        )


@given(st.binary(max_size=64))
def test_any_bytes_are_a_picture_or_a_record_error(data: bytes) -> None:
    assert looked_at(data) == 0


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_names_are_no_pictures(name: str) -> None:
    assert not is_picture(f"{name}.png\n".encode())
