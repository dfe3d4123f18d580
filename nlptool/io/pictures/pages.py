"""Pictures and pages: found, counted, and opened upright in RGB when their turn comes."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from nlptool.errors import RecordError, UsageError, library_missing, one_line
from nlptool.io.pictures import pdf

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".pdf"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".jp2", ".j2k", ".avif", ".heic", ".heif"),
)
HEIF = re.compile(rb"....ftyp(?:heic|heix|heim|heis|hevc|mif1|msf1)", re.DOTALL)
MAGIC = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|II[*+]\0|MM\0[*+]|RIFF....WEBP|BM....\0\0\0\0|%PDF|P[1-6]\s(?:#|\d+\s)"
    rb"|\0\0\0\x0cjP  |\xff\x4f\xff\x51|....ftyp(?:avif|avis)|" + HEIF.pattern,
    re.DOTALL,
)
KINDS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "JPEG2000", "AVIF")
HEIC = "HEIF"
PAGED = ("TIFF",)
MOVING = ("GIF", "WEBP", "PNG", "AVIF")
PIXEL_LIMIT = 180_000_000
"""More is taken for a decompression bomb; Pillow's own limit of an error."""

LEAST_DPI, MOST_DPI = 50, 2400

log = logging.getLogger(__name__)

Data = Path | bytes
Pages = frozenset[int] | None
TextLayer = Literal["keep", "skip", "redo"]
"""Text that a page of a PDF has: it is kept; and the page is not even looked at; or what of it is
invisible, as a reader puts it there, is replaced."""


class PageSpec(msgspec.Struct, frozen=True):
    """Which pages of a document, None for all, at how many dots an inch a PDF is drawn, what
    opens it, and what becomes of the text that its pages have."""

    pages: Pages = None
    dpi: int = 200
    password: str | None = None
    text: TextLayer = "keep"


class Opener:
    """What opens a page: a call gives it as an upright RGB picture, or raises RecordError.

    It is no struct, so that it is not taken for data where a record leaves its process.
    """

    def __init__(  # noqa: PLR0917  (all by their places, as __getnewargs__ has them)
        self,
        data: Data,
        number: int,
        document: bool,
        dpi: int = 200,
        password: str | None = None,
        text: TextLayer = "keep",
    ) -> None:
        self.data = data
        self.number = number
        self.document = document
        self.dpi = dpi
        self.password = password
        self.text = text

    def __getnewargs__(self) -> tuple[Data, int, bool, int, str | None, TextLayer]:
        """What makes another like it: for a process that can open the file."""
        return self.data, self.number, self.document, self.dpi, self.password, self.text

    def __call__(self) -> Image:
        """The picture."""
        if self.document:
            skip = self.text == "skip"
            return pdf.draw(
                self.data, self.number, self.dpi, PIXEL_LIMIT, password=self.password, skip=skip
            )
        return open_page(self.data, self.number)

    def resolution(self) -> float:
        """The dots an inch that a picture says it has, if that can be; else ``dpi``."""
        with _opened(self.data) as image:
            told = float(image.info.get("dpi", (0, 0))[0])
        return told if LEAST_DPI <= told <= MOST_DPI else float(self.dpi)


def parse_pages(text: str) -> frozenset[int]:
    """Page numbers such as ``1-3,7``; UsageError for anything else."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise UsageError(f"--pages {text}: expected numbers and ranges such as 1-3,7")
        numbers = range(int(first), int(last or first) + 1)
        if not numbers or numbers[0] < 1 or len(numbers) > 100_000:
            raise UsageError(f"--pages {text}: {part.strip()} is no range of pages")
        found.update(numbers)
    return frozenset(found)


def is_picture(start: bytes) -> bool:
    """Whether a file that starts so is a picture or a PDF."""
    return MAGIC.match(start) is not None


def pages(data: Data, spec: PageSpec) -> Iterator[tuple[int, Callable[[], Image]]]:
    """The numbers of a document's pages, from 1, each with what opens it.

    A picture is one page; of a moving one, the first frame if none are asked for, with a warning.
    RecordError for what cannot be read.
    """
    start = _start(data)
    if not start:
        raise RecordError("the file is empty")
    document = start.startswith(b"%PDF")
    if document:
        count, moving = pdf.count(data, spec.password), False
    else:
        if HEIF.match(start):
            _know_heif()
        count, moving = _count(data)
    if moving and spec.pages is None:
        name = data if isinstance(data, Path) else "the picture"
        log.warning("%s moves: its first frame is read; --pages 1-%d reads all", name, count)
        count = 1
    numbers = [n for n in range(1, count + 1) if spec.pages is None or n in spec.pages]
    if not numbers:
        raise RecordError(f"none of its pages was asked for; it has {count}")
    for number in numbers:
        yield number, Opener(data, number, document, spec.dpi, spec.password, spec.text)


def _start(data: Data) -> bytes:
    if isinstance(data, bytes):
        return data[:16]
    try:
        with data.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror}") from error


def _count(data: Data) -> tuple[int, bool]:
    """The pages or frames of a picture, and whether they are frames."""
    with _opened(data) as image:
        moving = image.format in MOVING
        try:
            frames = getattr(image, "n_frames", 1) if moving or image.format in PAGED else 1
        except Exception as error:
            raise RecordError(f"the picture is damaged: {one_line(error)}") from error
        return frames, moving and frames > 1


def _know_heif() -> None:
    """Let Pillow open HEIC; RecordError where the library is missing."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise RecordError(f"HEIC {library_missing('pillow_heif', 'nlptool[heic]')}") from error
    register_heif_opener()


def open_page(data: Data, number: int) -> Image:
    """A page as an upright RGB picture; what is transparent in it is white, or black where what
    stands beside it is light."""
    from PIL import ImageOps

    with _opened(data) as image:
        try:
            image.seek(number - 1)
            if image.width * image.height > PIXEL_LIMIT:
                megapixels = image.width * image.height // 1_000_000
                raise RecordError(f"{megapixels} megapixels are more than nlptool opens")
            image.load()
            return _to_rgb(ImageOps.exif_transpose(image))
        except RecordError:
            raise
        except Exception as error:
            raise RecordError(f"the picture is damaged: {one_line(error)}") from error


def _opened(data: Data) -> Image:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None
    kinds = (*KINDS, HEIC) if HEIC in Image.OPEN else KINDS
    try:
        return Image.open(io.BytesIO(data) if isinstance(data, bytes) else data, formats=kinds)
    except UnidentifiedImageError as error:
        raise RecordError("not a picture, or of an unknown kind") from error
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            raise RecordError(f"cannot be read: {error.strerror}") from error
        raise RecordError(f"the picture is damaged: {one_line(error)}") from error


def png(picture: Image) -> bytes:
    """The picture as a PNG."""
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1)
    return data.getvalue()


def _to_rgb(image: Any) -> Image:
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        image = _to_8_bits(image)
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "black" if _is_light(image) else "white")
        image = Image.alpha_composite(ground, image)
    rgb: Image.Image = image.convert("RGB")
    return rgb


def _is_light(image: Any) -> bool:
    """Whether most of what has transparency beside it is lighter than grey."""
    from PIL import ImageChops, ImageFilter

    alpha = image.getchannel("A")
    seen = alpha.point(lambda value: 255 * (value > 127))
    edge = ImageChops.subtract(seen, seen.filter(ImageFilter.MinFilter(3)))
    counts: list[int] = image.convert("L").histogram(edge)
    return sum(counts[128:]) > sum(counts[:128])


def _to_8_bits(image: Any) -> Any:
    """Grey of 16 bits or more: integers by their upper byte, others by their range."""
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I") and low >= 0 and high <= 0xFFFF:
        scaled = values / (257 if high > 0xFF else 1)
    else:
        scaled = (values - low) * (255 / (high - low or 1))
    return Image.fromarray(scaled.astype(np.uint8))
