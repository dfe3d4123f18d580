"""Odd names, files without end, folders that lead into themselves or that nobody may read."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.visible import utf8, utf8_throughout, visible
from tests.conftest import Environment, Run
from tests.pictures import drawn

BAD = os.fsdecode(b"\xff\xe9")
GIBIBYTE = 1 << 30


@pytest.fixture
def work(tmp_path: Path, nlptool: Run) -> Path:
    return tmp_path / "work"


@pytest.mark.parametrize("form", ["text", "jsonl", "json", "csv"])
def test_names_that_are_no_utf_8(nlptool: Run, work: Path, form: str) -> None:
    (work / "d").mkdir()
    (work / "d" / "a.txt").write_text("running\n")
    (work / "d" / f"{BAD}.txt").write_bytes(b"flies\n\xff\n")
    done = nlptool("stem", "-i", "d", "-o", "out/", "-f", form, "--log-json")
    assert done.code == 1
    assert len(list((work / "out").iterdir())) == 2
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert said[0]["message"].startswith("d/\\xff\\xe9.txt:2: byte 0xff")


def test_a_job_of_such_names_goes_on_and_is_shared(nlptool: Run, work: Path) -> None:
    (work / f"{BAD}.txt").write_text("running\n")
    for words in (("-o", f"{BAD}.out.txt", "--resume"), ("-o", "out.txt", "--jobs", "2")):
        assert nlptool("stem", "-i", f"{BAD}.txt", *words).code == 0
    assert (work / f"{BAD}.out.txt").read_text() == (work / "out.txt").read_text() == "run\n"


def test_pictures_whose_names_are_no_utf_8(nlptool: Run, work: Path) -> None:
    drawn("hello").save(work / f"{BAD}.png")
    done = nlptool("ocr", f"{BAD}.png", "-f", "jsonl", "--overlay", "drawn")
    assert (done.code, done.rows[0]["file"]) == (0, "\\xff\\xe9.png")
    assert [file.name for file in (work / "drawn").iterdir()] == [f"{BAD}.png.1.png"]


@given(st.text(st.characters(codec=None), max_size=30))
def test_any_text_can_be_written(text: str) -> None:
    assert utf8(text).encode().decode() == utf8(text)
    assert json.dumps(utf8_throughout({text: [text]}))
    shown = visible(text)
    assert all(char.isprintable() or char in "\t\n" or char >= "\xa0" for char in shown)


@given(st.binary(max_size=30))
def test_the_bytes_of_a_name_are_shown(name: bytes) -> None:
    assert utf8(os.fsdecode(name)) == name.decode("utf-8", "backslashreplace")


def test_folders_that_lead_into_themselves(nlptool: Run, work: Path) -> None:
    deep = work / "d" / "e"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("running\n")
    (work / "d" / "b.txt").write_text("flies\n")
    for number in range(9):
        (work / "d" / f"loop{number}").symlink_to(".")
        (deep / f"up{number}").symlink_to("..")
    (work / "d" / "other").symlink_to("e")
    done = nlptool("stem", "-i", "d/**/*.txt", "-o", "out/")
    assert done.code == 0, done.stderr
    found = sorted(str(file.relative_to(work / "out")) for file in (work / "out").rglob("*.txt"))
    assert found == ["b.txt", "e/a.txt", "other/a.txt"]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("**", 4), ("**/*.txt", 3), ("d/**", 3), ("*/**/c.txt", 1), ("d/**/e/**/*.txt", 1)],
)
def test_patterns_of_any_depth(nlptool: Run, work: Path, pattern: str, count: int) -> None:
    for name in ("a.txt", "d/b.txt", "d/e/c.txt", "d/.hidden/d.txt", "d/e/x.md"):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text("word\n")
    for given_pattern in (pattern, f"{work}/{pattern}"):
        assert len(nlptool("stem", "-i", given_pattern).lines) == count


def without_power() -> None:
    """Take from root what lets it read what it may not."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
@pytest.mark.parametrize("given_input", ["d", "d/**/*.txt"])
def test_a_folder_that_cannot_be_read(
    environment: Environment, work: Path, given_input: str
) -> None:
    locked = work / "d" / "locked"
    locked.mkdir(parents=True)
    (work / "d" / "a.txt").write_text("running\n")
    (locked / "b.txt").write_text("flies\n")
    locked.chmod(0)
    done = subprocess.run(
        [sys.executable, "-m", "nlptool", "stem", "-i", given_input],
        cwd=work,
        env=environment,
        capture_output=True,
        preexec_fn=without_power,
    )
    locked.chmod(0o700)
    assert done.stdout == b"run\n"
    assert b"locked" in done.stderr
    assert b"Permission denied; what is in it is left out" in done.stderr


def at_most_two_gibibytes() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 * GIBIBYTE, 2 * GIBIBYTE))


@pytest.mark.parametrize(
    "words",
    [
        "qa who? --context FILE",
        "segment 云 --dictionary FILE",
        "translate -m translate-en-zh-everyday --glossary FILE hello",
        "stem -i FILE --input-format json",
        "trust FILE",
        "stem --registry FILE x",
    ],
)
def test_files_without_end(
    environment: Environment, work: Path, words: str, tmp_path: Path
) -> None:
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    with subprocess.Popen(["sh", "-c", f"exec yes '[1,' > {endless}"]) as source:
        done = subprocess.run(
            [sys.executable, "-m", "nlptool", *words.replace("FILE", str(endless)).split()],
            cwd=work,
            env=environment,
            capture_output=True,
            preexec_fn=at_most_two_gibibytes,
        )
        source.kill()
    assert done.returncode in (2, 3), done.stderr
    assert b"MiB" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_many_columns(nlptool: Run, work: Path) -> None:
    names = [f"c{number}" for number in range(100_000)]
    (work / "wide.csv").write_text(f"text,{','.join(names)}\nruns{',' * len(names)}\n")
    assert nlptool("stem", "-i", "wide.csv", "-f", "csv", "-o", "out.csv").code == 0
    header = (work / "out.csv").read_text().splitlines()[0]
    assert header.count(",") == len(names) + 1
