"""Pages of PDF files, drawn by PDFium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from nlptool.errors import RecordError, library_missing, one_line

if TYPE_CHECKING:
    from PIL.Image import Image

POINTS = 72
"""Points an inch, PDF's unit."""

LOCK = RLock()
"""PDFium serves one thread at a time."""


def count(data: Path | bytes, password: str | None = None) -> int:
    """The number of pages; RecordError for a file that cannot be opened."""
    with opened(data, password) as document:
        return len(document)


def draw(
    data: Path | bytes,
    number: int,
    dpi: int,
    limit: int,
    *,
    password: str | None = None,
    skip: bool = False,
) -> Image:
    """A page, counted from 1, as an RGB picture of ``dpi`` dots an inch and at most ``limit``
    pixels, its forms as they are filled in; an empty one where it has text and is to be skipped."""
    with opened(data, password) as document:
        document.init_forms()
        page = document[number - 1]
        width, height = (side * dpi / POINTS for side in page.get_size())
        if width * height > limit:
            raise RecordError(f"{width:.0f} x {height:.0f} pixels at {dpi} dpi are too many")
        if skip and page.get_textpage().count_chars():
            from PIL import Image as Pillow

            return Pillow.new("RGB", (max(1, round(width)), max(1, round(height))), "white")
        picture: Image = page.render(scale=dpi / POINTS).to_pil().convert("RGB")
        return picture


def upright(page: Any) -> Any:
    """The matrix from a page as it is shown, from its lower left, to its own coordinates."""
    import pypdfium2

    left, low, right, top = page.get_cropbox()
    turned = {
        0: (1, 0, 0, 1, left, low),
        90: (0, 1, -1, 0, right, low),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }
    return pypdfium2.PdfMatrix(*turned[page.get_rotation()])


def without_layer(page: Any) -> None:
    """Take the invisible text from a page: what stands on it by itself, and forms of nothing
    else."""
    from pypdfium2 import raw

    gone = 0
    for part in [*page.get_objects(max_depth=1)]:
        inside = [part]
        if part.type == raw.FPDF_PAGEOBJ_FORM:
            inside = [*page.get_objects(form=part.raw, level=1)]
        if inside and all(
            each.type == raw.FPDF_PAGEOBJ_TEXT
            and raw.FPDFTextObj_GetTextRenderMode(each.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            for each in inside
        ):
            page.remove_obj(part)
            gone += 1
    if gone:
        page.gen_content()


@contextmanager
def opened(data: Path | bytes, password: str | None = None) -> Iterator[Any]:
    """A document; RecordError where it cannot be opened, or is damaged."""
    try:
        import pypdfium2
    except ImportError as error:
        raise library_missing("pypdfium2", "nlptool[ocr]") from error
    with LOCK:
        try:
            document = pypdfium2.PdfDocument(data, password)
        except pypdfium2.PdfiumError as error:
            if "assword" in str(error):
                told = "and --password is not its own" if password else "and needs a --password"
                raise RecordError(f"the PDF is encrypted {told}") from error
            raise RecordError(f"the PDF is damaged: {one_line(error)}") from error
        except OSError as error:
            raise RecordError(f"cannot be read: {error.strerror or one_line(error)}") from error
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise RecordError(f"the PDF is damaged: {one_line(error)}") from error
        finally:
            document.close()
