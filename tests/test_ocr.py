"""nlptool ocr."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from nlptool.errors import UsageError
from nlptool.io.pictures.overlay import draw_lines
from nlptool.io.pictures.pages import is_picture, parse_pages
from nlptool.tasks.picture import Line
from tests.conftest import Environment, Run
from tests.pictures import drawn, encoded
from tests.test_offline import FORBID

NOTICE = ("Reading room", "9:00 - 20:00", "请保持安静，谢谢！")


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "notice.png"
    drawn(*NOTICE).save(file)
    return file


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A document of three pages."""
    first, *rest = (drawn(f"This is page {number}") for number in (1, 2, 3))
    file = tmp_path / "pages.tiff"
    first.save(file, save_all=True, append_images=rest)
    return file


def test_text_is_the_lines_in_reading_order(nlptool: Run, notice: Path) -> None:
    for locale in ("C", "C.UTF-8"):
        assert tuple(nlptool("ocr", notice, LANG=locale).lines) == NOTICE


def test_a_row_a_line(nlptool: Run, notice: Path) -> None:
    rows = nlptool("ocr", notice, "-f", "jsonl").rows
    assert tuple(row["text"] for row in rows) == NOTICE
    for number, row in enumerate(rows):
        assert list(row) == ["id", "file", "page", "text", "confidence", "box"]
        assert (row["id"], row["file"], row["page"]) == (1, str(notice), 1)
        assert 0.9 < row["confidence"] <= 1
        (left, top), (right, _), (_, low), _ = row["box"]
        assert 20 < left < 45
        assert left + 150 < right
        assert top < 32 + 64 * number < low
    table = nlptool("ocr", notice, "-f", "csv").stdout.decode()
    assert [row["text"] for row in csv.DictReader(io.StringIO(table))] == list(NOTICE)


def test_a_picture_or_names_on_standard_input(nlptool: Run, notice: Path) -> None:
    for kind in ("JPEG", "PDF"):
        piped = nlptool("ocr", "-f", "jsonl", stdin=encoded(drawn("One picture"), kind))
        assert [(row["file"], row["text"]) for row in piped.rows] == [("stdin", "One picture")]
    named = nlptool("ocr", "-", "-f", "jsonl", stdin=f"{notice}\nBMW.png\n{notice}\n".encode())
    assert [row["id"] for row in named.rows] == [1, 1, 1, 3, 3, 3]
    assert "nlptool: warning: stdin:2: BMW.png: cannot be read: No such file" in named.stderr
    assert named.code == 1


@pytest.mark.parametrize(
    "kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PDF", "PPM", "JPEG2000", "AVIF"]
)
def test_pictures_are_known_by_their_first_bytes(kind: str) -> None:
    assert is_picture(encoded(drawn("x"), kind))


def test_tables_of_names_keep_their_columns(nlptool: Run, notice: Path, tmp_path: Path) -> None:
    listed = tmp_path / "listed.csv"
    listed.write_text(f"id,image,shelf\na7,{notice},3\nb8,,4\n")
    result = nlptool("ocr", "-i", listed, "--field", "image", "-f", "jsonl", "--on-error", "emit")
    assert [row["id"] for row in result.rows] == ["a7", "a7", "a7", "b8"]
    assert {row["shelf"] for row in result.rows} == {"3", "4"}
    assert result.rows[0]["file"] == str(notice)
    assert "error" in result.rows[3]
    wrong = nlptool("ocr", "--input-format", "jsonl", stdin=b'{"picture": "x.png"}\n{"file": 7}\n')
    assert wrong.code == 1
    assert "no column file" in wrong.stderr
    assert "there are: picture; name one with --field" in wrong.stderr


def test_pages(nlptool: Run, pages: Path, tmp_path: Path) -> None:
    document = tmp_path / "pages.pdf"
    with Image.open(pages) as picture:
        picture.save(document, save_all=True, resolution=100)
    everything = nlptool("ocr", pages, document, "-f", "jsonl").rows
    assert [row["page"] for row in everything] == [1, 2, 3] * 2
    assert [row["text"] for row in everything] == [f"This is page {n}" for n in (1, 2, 3)] * 2
    text = nlptool("ocr", document, "--pages", "1,3-9").stdout
    assert text == b"This is page 1\n\fThis is page 3\n"
    none = nlptool("ocr", document, "--pages", "4")
    assert (none.code, none.stdout) == (1, b"")
    assert "none of its pages was asked for; it has 3" in none.stderr
    assert nlptool("ocr", document, "--pages=").code == 2


@pytest.mark.parametrize("wrong", ["0", "3-1", "x", "1-", "", "-1", "1,,2", "1-9999999", "²"])
def test_wrong_pages(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"--pages"):
        parse_pages(wrong)


def test_dots_an_inch(nlptool: Run, tmp_path: Path) -> None:
    document = tmp_path / "page.pdf"
    drawn("Page", width=400).save(document, resolution=100)
    boxes = [
        nlptool("ocr", document, "--dpi", dpi, "-f", "jsonl").rows[0]["box"][2]
        for dpi in (100, 300)
    ]
    assert boxes[1][0] / boxes[0][0] == pytest.approx(3, rel=0.1)


def test_rejects_can_be_fed_in_again(nlptool: Run, pages: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    later = tmp_path / "later.tiff"
    words = ("ocr", "-f", "jsonl", "--rejects", rejects)
    assert nlptool(*words, later).code == 1
    pages.rename(later)
    again = nlptool("ocr", "-i", rejects, "--pages", "2", "-f", "jsonl")
    assert [(row["page"], row["text"]) for row in again.rows] == [(2, "This is page 2")]


def test_a_row_may_ask_for_a_page(nlptool: Run, pages: Path) -> None:
    asked = f'{{"file": "{pages}", "page": 3}}\n{{"file": "{pages}", "page": 9}}\n'
    result = nlptool("ocr", "--input-format", "jsonl", stdin=asked.encode())
    assert result.stdout == b"\fThis is page 3\n"
    assert result.code == 1


def test_folders_keep_their_structure(nlptool: Run, tmp_path: Path) -> None:
    for place in ("in/scan.png", "in/b/scan.png", "in/b/scan.bmp", "other/scan.png"):
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        drawn(place).save(file)
    (tmp_path / "in/notes.txt").write_text("not a picture")
    overlay, out = tmp_path / "overlay", tmp_path / "out"
    result = nlptool("ocr", tmp_path / "in", "--overlay", overlay, "-o", f"{out}/")
    assert (result.code, result.stderr) == (0, "")
    assert found(overlay) == {"scan.png.1.png", "b/scan.png.1.png", "b/scan.bmp.1.png"}
    assert found(out) == {"scan.png.txt", "b/scan.png.txt", "b/scan.bmp.txt"}
    assert (out / "b/scan.bmp.txt").read_text() == "in/b/scan.bmp\n"
    two = (tmp_path / "in/scan.png", "../other/scan.png", "../in/b/scan.png")
    assert nlptool("ocr", *two, "--overlay", tmp_path / "two", "-o", f"{tmp_path}/texts/").code == 0
    assert len(found(tmp_path / "two")) == len(found(tmp_path / "texts")) == 3
    texts = {file.read_text().strip() for file in (tmp_path / "texts").rglob("*.txt")}
    assert texts == {"in/scan.png", "other/scan.png", "in/b/scan.png"}


def found(folder: Path) -> set[str]:
    """The files below a folder."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_an_overlay_shows_the_picture_with_boxes_and_text(
    nlptool: Run, notice: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "overlay"
    assert nlptool("ocr", notice, "--overlay", folder).code == 0
    with Image.open(notice) as before, Image.open(folder / "notice.png.1.png") as after:
        assert after.size == (2 * before.width, before.height)
        left = after.crop((0, 0, *before.size))
        assert ImageChops.difference(left, before.convert("RGB")).getbbox() is not None
        red = [colour for _, colour in left.getcolors(1 << 20) if colour[0] > 200 > colour[1] + 100]
        assert red
    text = nlptool("ocr", folder / "notice.png.1.png", "-f", "jsonl").rows
    assert {row["text"] for row in text if row["box"][0][0] > 480} >= {NOTICE[0], NOTICE[2]}


def test_an_overlay_writes_along_the_line() -> None:
    page, box = Image.new("RGB", (200, 300), "white"), ((120, 20), (120, 280), (80, 280), (80, 20))
    sheet = draw_lines(page, [Line("Reading room, second floor", 1.0, box)])
    text = ImageChops.difference(
        sheet.crop((285, 25, 315, 275)), Image.new("RGB", (30, 250), "white")
    )
    left, top, right, low = text.getbbox() or (0, 0, 0, 0)
    assert (right - left < 30, low - top > 150) == (True, True)


def test_an_overlay_never_takes_the_place_of_a_picture(nlptool: Run, notice: Path) -> None:
    before = notice.read_bytes()
    assert nlptool("ocr", notice, "--overlay", notice.parent).code == 0
    assert notice.read_bytes() == before


def test_an_overlay_that_cannot_be_written(nlptool: Run, notice: Path) -> None:
    result = nlptool("ocr", notice, "--overlay", notice)
    assert result.code == 6
    assert result.stderr.count("\n") == 1


def test_min_confidence(nlptool: Run, notice: Path) -> None:
    assert nlptool("ocr", notice, "--min-confidence", "1").stdout == b"\n"
    assert len(nlptool("ocr", notice, "--min-confidence", "0").lines) >= 3


def test_languages_are_checked_before_the_work(nlptool: Run, notice: Path) -> None:
    assert tuple(nlptool("ocr", notice, "--languages", "ch_sim,en").lines) == NOTICE
    result = nlptool("ocr", notice, "--languages", "ka")
    assert result.code == 2
    assert "reads zh, en" in result.stderr
    assert "choose another for ka with --model" in result.stderr


def test_a_language_chooses_its_model(nlptool: Run, notice: Path) -> None:
    result = nlptool("ocr", notice, "--languages", "en,ko", NLPTOOL_OFFLINE="1")
    assert (result.code, result.stderr.count("\n")) == (4, 1)
    assert "model ppocr-korean is not here" in result.stderr


def test_a_language_of_its_script(nlptool: Run, tmp_path: Path) -> None:
    text = "Où est passé l'été ?"
    drawn(text).save(tmp_path / "fr.png")
    result = nlptool("ocr", tmp_path / "fr.png", "--languages", "fr")
    assert (result.code, result.stderr) == (0, "")
    assert result.stdout.decode().replace(" ", "") == text.replace(" ", "") + "\n"


def test_letters_that_the_model_does_not_know_are_told(nlptool: Run, tmp_path: Path) -> None:
    drawn("Все люди рождаются свободными", "и равными в достоинстве", width=600).save(
        tmp_path / "ru.png"
    )
    result = nlptool("ocr", tmp_path / "ru.png", "-v")
    assert "letters that the model does not know" in result.stderr


def test_pages_alone_and_together_say_the_same(nlptool: Run, pages: Path) -> None:
    words = ("ocr", pages, "-f", "jsonl", "--batch-size")
    assert nlptool(*words, "1").stdout == nlptool(*words, "3").stdout


def test_pages_by_many_processes(nlptool: Run, pages: Path, notice: Path) -> None:
    named = ("ocr", pages, notice, "--dpi", "100", "-f", "jsonl")
    done = nlptool(*named, "--jobs", "2")
    assert (done.code, done.stdout) == (0, nlptool(*named).stdout)
    piped = nlptool("ocr", "-j", "2", stdin=notice.read_bytes())
    assert (piped.code, piped.lines) == (0, nlptool("ocr", notice).lines)


def test_resume_goes_on_behind_what_is_done(nlptool: Run, pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    words = ("ocr", pages, "-o", out, "--resume", "--batch-size", "1")
    assert nlptool(*words).code == 0
    assert out.read_text().count("\n") == 3


def test_no_socket_is_opened(nlptool: Run, environment: Environment, notice: Path) -> None:
    folder = notice.parent / "no-sockets"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(FORBID)
    result = nlptool("ocr", notice, PYTHONPATH=f"{folder}:{environment.get('PYTHONPATH', '')}")
    assert tuple(result.lines) == NOTICE


def test_nothing_but_the_text(nlptool: Run, notice: Path) -> None:
    assert nlptool("ocr", notice).stderr == ""


@pytest.mark.parametrize("kind", ["PPM", "JPEG2000", "AVIF", "HEIF"])
def test_more_kinds_of_pictures(nlptool: Run, tmp_path: Path, kind: str) -> None:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif", reason="nlptool[heic]").register_heif_opener()
    data = encoded(drawn("Invoice number"), kind)
    assert nlptool("ocr", stdin=data).lines == ["Invoice number"]
    suffix = {"JPEG2000": "jp2", "HEIF": "heic"}.get(kind, kind.lower())
    (tmp_path / f"folder.{suffix}").write_bytes(data)
    assert nlptool("ocr", tmp_path).lines == ["Invoice number"]


def test_binary_on_standard_input_is_told(nlptool: Run) -> None:
    result = nlptool("ocr", stdin=b"\x7fELF\x02\x01\x01\0\0\n\0\n")
    assert (result.code, result.stdout) == (1, b"")
    assert result.stderr.startswith("nlptool: warning: stdin: not a picture")
    assert "1 of 1 records failed" in result.stderr


def test_frames(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "moving.gif"
    drawn("First frame").save(file, save_all=True, append_images=[drawn("Second frame")])
    result = nlptool("ocr", file)
    assert result.lines == ["First frame"]
    assert "its first frame is read; --pages 1-2 reads all" in result.stderr
    assert nlptool("ocr", file, "--pages", "2").stdout == b"\fSecond frame\n"


def test_words(nlptool: Run, notice: Path) -> None:
    rows = nlptool("ocr", notice, "--level", "word", "-f", "jsonl").rows
    assert [row["text"] for row in rows] == [word for line in NOTICE for word in line.split()]
    reading, room = rows[0]["box"], rows[1]["box"]
    assert reading[0][0] < reading[1][0] <= room[0][0] + 1 < room[1][0]
    with Image.open(notice) as picture:
        ink = ImageChops.invert(picture.crop((0, 0, 480, 64)).convert("L"))
    split = round((reading[1][0] + room[0][0]) / 2)
    assert ink.crop((split - 2, 0, split + 2, 64)).getbbox() is None


def test_blocks(nlptool: Run, tmp_path: Path) -> None:
    page = Image.new("RGB", (900, 640), "white")
    page.paste(drawn("It was a quiet morning in the", "harbour when the ship came.", width=800))
    for at, row in enumerate((("Milk", "1.29"), ("Bread", "3.49"), ("Oil, olive", "8.99"))):
        for x, text in zip((0, 500), row, strict=True):
            page.paste(drawn(text, width=300), (x, 260 + 60 * at))
    page.save(tmp_path / "page.png")
    paragraph = "It was a quiet morning in the harbour when the ship came."
    result = nlptool("ocr", tmp_path / "page.png", "--layout")
    assert result.lines == [paragraph, "", "Milk,1.29", "Bread,3.49", '"Oil, olive",8.99']
    text, table = nlptool("ocr", tmp_path / "page.png", "--level", "block", "-f", "jsonl").rows
    assert (text["kind"], text["text"]) == ("text", paragraph)
    assert (table["kind"], table["cells"][2]) == ("table", ["Oil, olive", "8.99"])
    assert nlptool("ocr", "--layout", "--level", "word", tmp_path / "page.png").code == 2


def test_small_letters_on_a_large_plan(nlptool: Run, tmp_path: Path) -> None:
    plan = Image.new("L", (5000, 3600), "white")
    label = drawn("Valve V-101", size=30, width=300)
    for x in (40, 2450, 4600):
        for y in (40, 1750, 3400):
            plan.paste(label, (x, y))
    plan.save(tmp_path / "plan.png")
    assert nlptool("ocr", tmp_path / "plan.png").lines == ["Valve V-101"] * 9


@pytest.mark.parametrize("degrees", [0, 90])
def test_a_line_longer_than_any_window(nlptool: Run, tmp_path: Path, degrees: int) -> None:
    text = " ".join(f"{number * number:05}" for number in range(100, 240))
    strip = drawn(text, width=16_000).crop((0, 0, 16_000, 80))
    box = ImageChops.invert(strip).getbbox()
    assert box
    file = tmp_path / "strip.png"
    strip.crop((0, 0, box[2] + 20, 80)).rotate(degrees, expand=True).save(file)
    assert nlptool("ocr", file).lines == [text]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_turned(nlptool: Run, tmp_path: Path, degrees: int) -> None:
    lines = ["One: it opened at seven", "Two: nobody signed 12.50", "Three: it was closed again"]
    file = tmp_path / "turned.png"
    drawn(*lines).rotate(degrees, expand=True).save(file)
    rows = nlptool("ocr", file, "-f", "jsonl").rows
    assert [row["text"] for row in rows] == lines
    start, end = rows[0]["box"][:2]
    runs = {90: (0, -1), 180: (-1, 0), 270: (0, 1)}[degrees]
    assert (end[0] - start[0]) * runs[0] + (end[1] - start[1]) * runs[1] > 200


def test_white_letters_on_nothing(nlptool: Run, tmp_path: Path) -> None:
    letters = Image.new("LA", (480, 96), (255, 0))
    letters.putalpha(ImageChops.invert(drawn("Reading room").convert("L")))
    letters.save(tmp_path / "white.png")
    assert nlptool("ocr", tmp_path / "white.png").lines == ["Reading room"]


def test_letters_that_are_too_small_are_told(nlptool: Run, tmp_path: Path) -> None:
    lines = (f"{row} the harbour office opened at seven and closed at nine" for row in range(30))
    drawn(*lines, size=40, width=1400).resize((130, 226)).save(tmp_path / "small.png")
    result = nlptool("ocr", tmp_path / "small.png", "-v")
    assert "too small to be read" in result.stderr
    assert "letters that the model does not know" not in result.stderr


@pytest.mark.parametrize("wrong", ["box_thresh=2", "window=0", "scale=-1", "thresh=x"])
def test_options_that_no_picture_can_be_read_with(nlptool: Run, notice: Path, wrong: str) -> None:
    result = nlptool("ocr", notice, "-O", wrong)
    assert (result.code, result.stderr.count("\n")) == (2, 1)
    assert f"$.{wrong.partition('=')[0]}" in result.stderr


def test_rapidocr_itself_reads_the_same(nlptool: Run, tmp_path: Path) -> None:
    from rapidocr import RapidOCR

    lines = [f"{name} {number * 7.5:.2f}" for number, name in enumerate(("Tea", "Brot", "Milk"), 1)]
    picture = tmp_path / "bill.png"
    drawn(*lines).rotate(3, expand=True, fillcolor="white").save(picture)
    theirs = RapidOCR(params={"Global.log_level": "critical"})(str(picture))
    ours = nlptool("ocr", picture, "-f", "jsonl").rows
    assert [row["text"] for row in ours] == list(theirs.txts) == lines
    for row, box in zip(ours, theirs.boxes, strict=True):
        assert row["box"] == [pytest.approx(point, abs=6) for point in box.tolist()]
