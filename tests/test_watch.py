"""A folder in which files arrive: each is done once, whoever watches, and none is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Environment, Run

PICTURE = Path(__file__).parent.parent / "docs" / "images" / "notice.png"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_what_arrives_is_done(nlptool: Run, inbox: Path) -> None:
    (inbox / "a.txt").write_text("running\n")
    (inbox / "b.csv").write_text("id,text\n7,flies\n")
    (inbox / "bad.csv").write_bytes(bytes(1000))
    (inbox / ".hidden.txt").write_text("hidden\n")
    words = ("watch", inbox, "--once", "--settle", "0.1")
    done = nlptool(*words, "--", "stem", "--with-input")
    assert done.code == 1
    assert (inbox / "results" / "a.txt").read_text() == "run\n"
    assert (inbox / "results" / "b.csv").read_text() == "id,text,stem\n7,flies,fli\n"
    assert names(inbox / "done") == ["a.txt", "b.csv"]
    assert names(inbox / "failed") == ["bad.csv", "bad.csv.log"]
    assert "NUL" in (inbox / "failed" / "bad.csv.log").read_text()
    assert names(inbox) == [".hidden.txt", "done", "failed", "results", "working"]
    assert names(inbox / "working") == []
    (inbox / "a.txt").write_text("flies\n")
    assert nlptool(*words, "-o", inbox / "results", "--", "stem").code == 0
    assert (inbox / "results" / "a.txt").read_text() == "fli\n"
    assert names(inbox / "done") == ["a-2.txt", "a.txt", "b.csv"]


def test_pictures_and_names_of_results(nlptool: Run, inbox: Path, tmp_path: Path) -> None:
    (inbox / "scan.png").write_bytes(PICTURE.read_bytes())
    out = tmp_path / "texts"
    words = ("watch", inbox, "--once", "--settle", "0.1", "-o", out)
    assert nlptool(*words, "--suffix", ".jsonl", "--", "ocr").code == 0
    assert names(out) == ["scan.png.jsonl"]


def test_a_command_that_cannot_work_leaves_the_files(nlptool: Run, inbox: Path) -> None:
    (inbox / "a.txt").write_text("running\n")
    words = ("watch", inbox, "--once", "--settle", "0.1", "--", "stem", "-m")
    done = nlptool(*words, "nothing")
    assert done.code == 4
    assert (names(inbox / "working"), (inbox / "a.txt").exists()) == ([], True)
    assert nlptool("watch", inbox / "none", "--", "stem").code == 2
    assert nlptool("watch", inbox, "--", "--stem").code == 2


def test_two_watchers_share_a_folder(environment: Environment, inbox: Path) -> None:
    for number in range(12):
        (inbox / f"{number}.txt").write_text("running\n")
    words = [sys.executable, "-m", "nlptool", "watch", str(inbox), "--once", "--settle", "0.1"]
    both = [subprocess.Popen([*words, "--", "stem"], env=environment) for _ in range(2)]
    assert [process.wait(300) for process in both] == [0, 0]
    assert len(names(inbox / "done")) == len(names(inbox / "results")) == 12
    assert names(inbox / "working") == []


def test_what_a_killed_watcher_left_is_begun_again(nlptool: Run, inbox: Path) -> None:
    left = inbox / "working" / f"{os.uname().nodename}-1"
    left.mkdir(parents=True)
    (left / "a.txt").write_text("running\n")
    (left / ".lock").touch()
    assert nlptool("watch", inbox, "--once", "--settle", "0.1", "--", "stem").code == 0
    assert (names(inbox / "working"), names(inbox / "done")) == ([], ["a.txt"])
