"""What ocr writes besides rows: hOCR, ALTO and searchable PDF."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from tests import chromium
from tests.conftest import Run
from tests.pictures import drawn

NOTICE = ("Reading room & more", "Open from nine", "请保持安静，谢谢！")
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
HTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "a & <b>.png"
    drawn(*NOTICE).save(file, dpi=(100, 100))
    return file


def text_of(file: Path) -> list[str]:
    """The text of each page of a PDF, as PDFium finds it."""
    document = pypdfium2.PdfDocument(file)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def drawn_from(file: Path, dpi: int = 100) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    document = pypdfium2.PdfDocument(file)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def test_hocr(nlptool: Run, notice: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.hocr"
    assert nlptool("ocr", notice, notice, "-o", out).code == 0
    pages = ElementTree.parse(out).findall(f".//{HTML}div[@class='ocr_page']")  # noqa: S314
    assert len(pages) == 2
    words = pages[0].findall(f".//{HTML}span[@class='ocrx_word']")
    assert [word.text for word in words] == " ".join(NOTICE).split()
    assert pages[0].get("title", "").startswith(f'image "{notice}"; bbox 0 0 480 224; ppageno 0')
    kind, *box = words[0].get("title", "").split(";")[0].split()
    assert kind == "bbox"
    left, top, right, low = map(int, box)
    assert 20 < left < right < 200
    assert 0 < top < 32 < low < 70


def test_alto(nlptool: Run, notice: Path) -> None:
    root = ElementTree.fromstring(nlptool("ocr", notice, "-f", "alto").stdout)  # noqa: S314
    assert root.findtext(f".//{ALTO}fileName") == str(notice)
    strings = [string.get("CONTENT") for string in root.iter(f"{ALTO}String")]
    assert strings == " ".join(NOTICE).split()
    (page,) = root.iter(f"{ALTO}Page")
    assert (page.get("WIDTH"), page.get("HEIGHT")) == ("480", "224")


def test_a_picture_becomes_a_searchable_pdf(nlptool: Run, notice: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    assert nlptool("ocr", notice, "-o", out).code == 0
    assert text_of(out)[0].split() == " ".join(NOTICE).split()
    document = pypdfium2.PdfDocument(out)
    page = document[0]
    (image,) = (one for one in page.get_objects() if isinstance(one, pypdfium2.PdfImage))
    with Image.open(notice) as before:
        assert image.get_bitmap().to_pil().convert("RGB").tobytes() == before.tobytes()
    assert page.get_size() == (
        pytest.approx(480 * 0.72, rel=1e-3),
        pytest.approx(224 * 0.72, rel=1e-3),
    )
    document.close()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_pdf_keeps_its_pages_and_gets_text(nlptool: Run, tmp_path: Path, rotation: int) -> None:
    scan, out = tmp_path / "scan.pdf", tmp_path / "out.pdf"
    upright = drawn(*NOTICE)
    upright.rotate(rotation, expand=True).save(tmp_path / "plain.pdf", resolution=100)
    document = pypdfium2.PdfDocument(tmp_path / "plain.pdf")
    document[0].set_rotation(rotation)
    document.save(scan)
    document.close()
    assert nlptool("ocr", scan, "-o", out).code == 0
    assert text_of(out)[0].split() == " ".join(NOTICE).split()
    assert drawn_from(out)[0].tobytes() == drawn_from(scan)[0].tobytes()
    found = pypdfium2.PdfDocument(out)
    page = found[0].get_textpage()
    starts = [page.get_charbox(at)[:2] for at in (0, len("Reading room &"))]
    found.close()
    along = [end - start for start, end in zip(*starts, strict=True)]
    right, up = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[rotation]
    assert along[0] * right + along[1] * up > 100
    again = tmp_path / "again.pdf"
    assert nlptool("ocr", out, "-o", again).code == 0
    assert text_of(again) == text_of(out)


def test_pages_of_many_files_are_one_document(nlptool: Run, notice: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    drawn("Another page").save(tmp_path / "two.pdf", save_all=True, append_images=[drawn("Third")])
    assert nlptool("ocr", notice, tmp_path / "two.pdf", "-o", out).code == 0
    assert [text.split()[0] for text in text_of(out)] == ["Reading", "Another", "Third"]
    folder = tmp_path / "folder"
    assert nlptool("ocr", notice, tmp_path / "two.pdf", "-f", "pdf", "-o", f"{folder}/").code == 0
    assert sorted(file.name for file in folder.iterdir()) == [f"{notice.name}.pdf", "two.pdf"]
    assert len(text_of(folder / "two.pdf")) == 2


def test_text_is_replaced_or_its_page_left_alone(nlptool: Run, tmp_path: Path) -> None:
    scan, first, again, skipped = (
        tmp_path / f"{n}.pdf" for n in ("scan", "first", "again", "skip")
    )
    pages = [drawn("Sunday", "closed"), drawn("Monday", "open")]
    pages[0].save(scan, save_all=True, append_images=pages[1:])
    blind = ("-O", "box_thresh=0.9999")
    assert nlptool("ocr", scan, "-o", first).code == 0
    assert nlptool("ocr", first, "-o", again, "--redo", *blind).code == 0
    assert [text.split() for text in text_of(again)] == [[], []]
    assert drawn_from(again)[1].tobytes() == drawn_from(scan)[1].tobytes()
    full = tmp_path / "full.pdf"
    assert nlptool("ocr", again, "-o", full, "--redo").code == 0
    assert [text.split() for text in text_of(full)] == [["Sunday", "closed"], ["Monday", "open"]]
    assert nlptool("ocr", full, "--skip-text").stdout == b"\n\f\n"
    assert nlptool("ocr", full, "-o", skipped, "--skip-text").code == 0
    assert text_of(skipped) == text_of(full)
    assert nlptool("ocr", full, "--skip-text", "--redo").code == 2


def test_a_scan_is_never_written_over(nlptool: Run, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    drawn("Page").save(scan)
    before = scan.read_bytes()
    result = nlptool("ocr", scan, "-o", scan)
    assert (result.code, result.stderr.count("\n")) == (2, 1)
    assert scan.read_bytes() == before


@pytest.mark.parametrize("form", ["hocr", "alto", "pdf"])
def test_formats_for_pages_take_nothing_else(nlptool: Run, form: str) -> None:
    result = nlptool("stem", "-f", form, "running")
    assert (result.code, result.stdout) == (2, b"")
    assert f"{form} is a format for pages" in result.stderr


def test_poppler_finds_the_text(nlptool: Run, notice: Path, tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (Debian's poppler-utils) is not here")
    out = tmp_path / "out.pdf"
    assert nlptool("ocr", notice, "-o", out).code == 0
    text = subprocess.run(["pdftotext", out, "-"], capture_output=True, check=True).stdout
    assert text.decode().split() == " ".join(NOTICE).split()


def test_chromium_shows_the_picture_and_selects_its_text(
    nlptool: Run, notice: Path, tmp_path: Path
) -> None:
    program = chromium.found()
    if program is None:
        pytest.skip("Chromium (Debian's chromium) is not here")
    out = tmp_path / "out.pdf"
    assert nlptool("ocr", notice, "-o", out).code == 0
    with chromium.Chromium(program, tmp_path / "profile") as browser:
        page, viewer = browser.viewer_of(out)
        text = browser.text_of(viewer)
        seen = Image.open(io.BytesIO(browser.seen(page))).convert("RGB")
    if text is None:
        pytest.skip("this Chromium has another viewer for PDF")
    assert text.split() == " ".join(NOTICE).split()
    shown = np.asarray(seen, np.int16).reshape(-1, 3)
    white, selected = (shown > 250).all(axis=1), shown[:, 2] - shown[:, 0] > 30
    assert white.sum() > 5000
    assert selected.sum() > 1000
