"""Files that change while a job reads them, and disks that are full, or only to be read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Run

PLUGIN = '''
import subprocess
from nlptool.plugins.adapter import Adapter, Batching
from nlptool.tasks.stem import Stem

class Doer(Adapter):
    """Does what stands behind do:, and gives capitals."""

    tasks = ("stem",)
    batching = Batching(count=4, window=8)

    def predict(self, batch, params):
        for record in batch:
            if record.text.startswith("do:"):
                subprocess.run(record.text[3:], shell=True, check=True)
        return [Stem(record.text.upper()) for record in batch]
'''
REGISTRY = """
models:
  doer: {task: stem, adapter: doer}
defaults:
  stem: {"*": doer}
"""
LONG = [f"word number {number}" for number in range(20_000)]
"""More than is read at once."""


@pytest.fixture
def doer(home: Path, nlptool: Run) -> Run:
    """nlptool with an adapter that runs what the text says."""
    (home / "plugins").mkdir()
    (home / "plugins" / "doer.py").write_text(PLUGIN)
    (home / "models.yaml").write_text(REGISTRY)
    return nlptool


def written(file: Path, texts: list[str], command: str) -> list[str]:
    """The texts as lines of a file, a command to be done behind the third of them."""
    texts = [*texts[:3], f"do:{command}", *texts[3:]]
    file.write_text("".join(f"{text}\n" for text in texts))
    return texts


def stems(file: Path) -> list[str]:
    return [json.loads(line)["stem"] for line in file.read_text().splitlines()]


@pytest.mark.parametrize("resume", [(), ("--resume",)], ids=["", "resume"])
def test_an_input_that_is_cut_short_is_told(
    doer: Run, tmp_path: Path, resume: tuple[str, ...]
) -> None:
    file, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    written(file, LONG, f"truncate -s 100 {file}")
    done = doer("stem", "-i", file, "-o", out, *resume)
    assert (done.code, done.stderr.count("\n")) == (3, 1)
    assert "in.txt: it was cut short while it was read" in done.stderr
    assert not out.exists()
    if resume:
        again = doer("stem", "-i", file, "-o", out, *resume)
        assert (again.code, out.exists()) == (2, False), again.stderr
        assert "begun with another input" in again.stderr


def test_a_file_that_is_cut_short_costs_that_file(doer: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder / "a.txt", LONG, f"truncate -s 100 {folder}/a.txt")
    (folder / "b.txt").write_text("word\n")
    done = doer("stem", "-i", folder, "-o", f"{tmp_path}/out/", "-f", "jsonl")
    assert (done.code, done.stderr.count("cut short")) == (1, 1)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["b.txt.jsonl"]


def test_an_input_that_grows_is_read_to_its_end(doer: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    written(file, LONG, f"echo more >> {file}")
    assert doer("stem", "-i", file, "-o", out).code == 0
    assert stems(out) == file.read_text().upper().splitlines()


def test_an_input_that_is_deleted_is_read_to_its_end(doer: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    texts = written(file, LONG, f"rm {file}")
    assert doer("stem", "-i", file, "-o", out).code == 0
    assert stems(out) == [text.upper() for text in texts]


def test_a_file_that_is_gone_when_its_turn_comes_costs_that_file(doer: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder / "a.txt", LONG, f"rm {folder}/b.txt")
    for name in ("b.txt", "c.txt"):
        (folder / name).write_text("word\n")
    done = doer("stem", "-i", folder, "-o", f"{tmp_path}/out/", "-f", "jsonl")
    assert (done.code, "b.txt: No such file" in done.stderr) == (1, True)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "a.txt.jsonl",
        "c.txt.jsonl",
    ]


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A file system in memory, in a folder; skips where nobody may mount."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("this user may not mount")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "json"])
@pytest.mark.parametrize("resume", [(), ("--resume",)], ids=["", "resume"])
def test_a_full_disk(nlptool: Run, tmp_path: Path, kind: str, resume: tuple[str, ...]) -> None:
    file, disk = tmp_path / "in.txt", tmp_path / "disk"
    file.write_text("".join(f"{text}\n" for text in LONG))
    words = ("stem", "-i", file, "-f", kind, *resume)
    assert nlptool(*words, "-o", tmp_path / "whole").code == 0
    with mounted(disk, "size=256k"):
        done = nlptool(*words, "-o", disk / "out")
        assert (done.code, done.stderr.count("\n")) == (6, 1)
        assert "No space left on device" in done.stderr
        assert not (disk / "out").exists()
        assert resume or not [*disk.iterdir()]
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        again = nlptool(*words, "-o", disk / "out")
        assert again.code == 0, again.stderr
        assert (disk / "out").read_bytes() == (tmp_path / "whole").read_bytes()
        assert [each.name for each in disk.iterdir()] == ["out"]


def test_a_disk_that_is_only_to_be_read(nlptool: Run, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "ro"):
        for words in (("-o", disk / "out"), ("-o", disk / "out", "--resume"), ("-o", f"{disk}/d/")):
            done = nlptool("stem", "running", *words)
            assert (done.code, done.stderr.count("\n")) == (6, 1)
            assert "Read-only file system" in done.stderr
