"""Packed files: read, written, damaged."""

from __future__ import annotations

import bz2
import gzip
import lzma
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.packed import SUFFIXES, unpacked
from tests.conftest import Run

MODULES: dict[str, Any] = {".gz": gzip, ".bz2": bz2, ".xz": lzma}
if find_spec("backports") and find_spec("backports.zstd"):
    MODULES[".zst"] = import_module("backports.zstd")
THERE = [suffix for suffix in SUFFIXES if suffix in MODULES]


@given(st.sampled_from(THERE), st.lists(st.binary(max_size=50), min_size=1), st.integers(1, 200))
def test_parts_are_one_however_they_are_cut(suffix: str, parts: list[bytes], step: int) -> None:
    data = b"".join(MODULES[suffix].compress(part) for part in parts)
    places = [*range(0, len(data), step), len(data)]
    blocks = (data[start:end] for start, end in pairwise(places))
    assert b"".join(unpacked(blocks, f"x{suffix}")) == b"".join(parts)


@pytest.mark.parametrize("suffix", THERE)
def test_packed_in_and_out(nlptool: Run, tmp_path: Path, suffix: str) -> None:
    module = MODULES[suffix]
    file, out = tmp_path / f"in/a.csv{suffix}", tmp_path / "out"
    file.parent.mkdir()
    file.write_bytes(module.compress(b"id,text\n7,running\n"))
    assert nlptool("stem", "-i", file.parent, "-o", f"{out}/").code == 0
    assert module.decompress((out / file.name).read_bytes()) == b"id,stem\n7,run\n"
    table = tmp_path / f"t.parquet{suffix}"
    assert nlptool("stem", "-i", file, "-o", table, "--with-input").code == 0
    assert nlptool("stem", "-i", table, "-f", "csv").lines == ["id,input_stem,stem", "7,run,run"]
    file.write_bytes(file.read_bytes()[:-5])
    result = nlptool("stem", "-i", file, "-o", tmp_path / f"none.txt{suffix}")
    assert (result.code, result.stderr.count("\n")) == (3, 1)
    assert f"{file}: damaged: " in result.stderr
    assert not (tmp_path / f"none.txt{suffix}").exists()


@pytest.mark.parametrize("suffix", THERE)
def test_an_empty_output_is_a_packed_file(nlptool: Run, tmp_path: Path, suffix: str) -> None:
    file, out = tmp_path / "in.txt", tmp_path / f"out.txt{suffix}"
    file.touch()
    for more in ((), ("--resume",)):
        assert nlptool("stem", "-i", file, "-o", out, *more).code == 0
        assert MODULES[suffix].decompress(out.read_bytes()) == b""


def test_a_packed_shard_is_refused(nlptool: Run) -> None:
    result = nlptool("stem", "running", "-o", "out.txt.gz", "--shard", "1/2")
    assert result.code == 2
    assert "a shard is not packed" in result.stderr
