"""Formats find their files, and a name or a suffix that is nobody's is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

BROUGHT = """
from nlptool.io.formats.format import Format, by_lines
from nlptool.io.record import Record


def read(chunks, source, next_id, options):
    for chunk in chunks:
        yield [Record(next_id(), dict(zip(("id", "text"), line.split("|")))) for line in chunk]


class Encoder:
    def __init__(self, layout):
        self.names = []

    def encode(self, rows):
        return "".join(f"{row['id']}|{row['stem']}\\n" for row in rows).encode()

    def end(self):
        return [b"end\\n"]


BARS = Format("bars", (".bars",), read=by_lines(read), encoder=Encoder)
"""


@pytest.fixture
def brought(tmp_path: Path) -> str:
    """A folder in which a package brings the format ``bars``."""
    info = tmp_path / "site/bars-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bars\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[nlptool.formats]\nbars = bars:BARS\n")
    (tmp_path / "site/bars.py").write_text(BROUGHT)
    return str(tmp_path / "site")


def test_a_package_brings_a_format(nlptool: Run, tmp_path: Path, brought: str) -> None:
    (tmp_path / "in.bars").write_text("a|running\nb|flies\n")
    out = tmp_path / "out.bars"
    assert nlptool("stem", "-i", tmp_path / "in.bars", "-o", out, PYTHONPATH=brought).code == 0
    assert out.read_text() == "a|run\nb|fli\nend\n"
    words = ("stem", "--input-format", "bars", "-f", "bars")
    assert nlptool(*words, stdin=b"a|running", PYTHONPATH=brought).lines == ["a|run", "end"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("stem", "-i", "in.docx"),
            3,
            "in.docx: no format here ends so; say --input-format, or name",
        ),
        (("stem", "-i", "page.html"), 3, ".txt, .text, .md, .json, .jsonl, .ndjson, .csv, .tsv"),
        (
            ("stem", "x", "-o", "out.xlsx"),
            6,
            "out.xlsx: xlsx is written where one is read; say --format",
        ),
        (("stem", "x", "-o", "out.dat"), 6, "out.dat: no format here ends so; say --format, or"),
        (("stem", "x", "-f", "yaml"), 2, "yaml is no output format here; expected text, json,"),
        (("stem", "x", "-f", "html"), 2, "html is no output format here"),
        (("stem", "--input-format", "srt"), 2, "srt is no input format here"),
    ],
)
def test_what_no_format_knows(
    nlptool: Run, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    for name in ("in.docx", "page.html"):
        (tmp_path / "work" / name).write_text("running\n")
    result = nlptool(*words)
    assert (result.code, result.stdout) == (code, b"")
    assert message in result.stderr
    assert not list((tmp_path / "work").glob("*out*"))


def test_a_format_that_is_told_needs_no_suffix(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "work/in.log").write_text("running\n")
    words = ("stem", "-i", "in.log", "--input-format", "text", "-o", "out.dat", "-f", "jsonl")
    assert nlptool(*words).code == 0
    assert (tmp_path / "work/out.dat").read_text() == '{"id":1,"stem":"run"}\n'
