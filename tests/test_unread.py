"""Lines that nobody looks at: the records that they would have been, wherever they become some."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.formats import jsonl
from nlptool.io.formats.format import Format, ReadOptions
from nlptool.io.formats.parquet import PARQUET
from nlptool.io.formats.text import TEXT
from nlptool.io.formats.unread import Reading, Unread, read_unread
from nlptool.io.record import Chunk, Record
from nlptool.io.sources import Source
from tests.conftest import Run

REJECT = b'{"error": "no", "rejected": {"source": "a", "id": 7, "form": "text", "base64": "/w=="}}'
OBJECTS = [b'{"text": "a"}', b'{"id": 9, "text": 1}', b' {"text": "c"}', REJECT]
OTHERS = [b'"b"', b"", b" ", b"\xff", b"{", b"7", "\u3000".encode(), b"a\r", b"\xef\xbb\xbfx"]
LINES = st.sampled_from([*OBJECTS, *OTHERS])
BLOCKS = st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=4)


class Blocks(Source):
    """A source whose bytes come so."""

    blocks: list[bytes]

    @contextmanager
    def open(self) -> Iterator[Iterator[bytes]]:
        yield iter(self.blocks)


def source(blocks: list[list[bytes]], end: bytes) -> Blocks:
    """Lines, some in a block; ``end`` stands behind the last one."""
    found = Blocks("in")
    found.blocks = [b"\n".join([*block, b""]) for block in blocks]
    if found.blocks and not end:
        found.blocks[-1] = found.blocks[-1].removesuffix(b"\n")
    return found


def flat(chunks: Iterator[Chunk]) -> list[Record]:
    return [record for chunk in chunks for record in chunk]


@given(BLOCKS, st.sampled_from([b"", b"\n"]), st.sampled_from([TEXT, jsonl.JSONL]))
def test_unread_lines_are_the_records_that_are_read(
    blocks: list[list[bytes]], end: bytes, form: Format
) -> None:
    assert form.read
    options = ReadOptions(column="words")
    read = form.read(source(blocks, end), options, itertools.count(1).__next__)
    unread = read_unread(form, source(blocks, end), options, itertools.count(1).__next__)
    assert flat(unread) == flat(read)


@given(st.lists(st.text("ab "), max_size=9), st.slices(9), st.integers(1, 5))
def test_a_part_of_them_is_that_part(found: list[str], part: slice, first: int) -> None:
    part = slice(part.start, part.stop)
    lines = Unread(Reading.of(TEXT, ReadOptions(), "in"), found, first, line=3)
    assert [*lines[part]] == [*lines][part]
    assert len(lines[part]) == len(found[part])


def test_other_formats_are_read_where_they_lie() -> None:
    with pytest.raises(TypeError, match="parquet is not read line by line"):
        Reading.of(PARQUET, ReadOptions())


IDS = [{"text": f"running {n}", "id": f"id {n}", "n": n} for n in range(8)]
FILES = {
    "good.jsonl": IDS,
    "other.jsonl": [{"text": f"running {n}", "stem": n, "n": n} for n in range(8)],
    "failing.jsonl": [*IDS, {"note": 1}, {"text": 7}, *IDS],
    "unnamed.jsonl": [{"text": "flies", "error": "no"}, "running"],
}
ODD = [b"", b"{", b"  ", b'"running"', b'{"text": "\xff"}', REJECT]
TEXT_FILES = {"good.txt": b"running\n\nflies", "bad.txt": b"running\nran\xff\n\nrunners\n"}


@pytest.mark.parametrize(
    "more", [(), ("--with-input",), ("--id-field", "n"), ("--on-error", "emit")]
)
@pytest.mark.parametrize("kind", ["text", "jsonl"])
def test_many_processes_write_odd_lines_as_one(
    nlptool: Run, tmp_path: Path, kind: str, more: tuple[str, ...]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, rows in FILES.items():
        (folder / name).write_bytes(jsonl.encode(rows))
    for name, data in TEXT_FILES.items():
        (folder / name).write_bytes(data)
    (folder / "odd.jsonl").write_bytes(b"\n".join([*ODD, *ODD]))
    found = []
    for jobs in ((), ("--jobs", "2")):
        out, rejects = tmp_path / "out", tmp_path / "rejects"
        given = ("stem", "-i", folder, "-f", kind, "-o", out, "--rejects", rejects)
        done = nlptool(*given, *more, *jobs)
        assert done.code == 1
        found.append((out.read_bytes(), rejects.read_bytes(), done.stderr))
    assert found[0] == found[1]
