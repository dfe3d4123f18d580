"""What a job makes of bad files and bad records: each costs itself, and can be fed in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

PLUGIN = '''
import os, time
from pathlib import Path
from nlptool.adapter import Adapter, Batching
from nlptool.errors import RecordError, TransientError
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    """Does what the text says."""

    tasks = ("stem",)
    batching = Batching(count=4, window=8)

    def predict(self, batch, params):
        return [self.answer(record.text) for record in batch]

    def answer(self, text):
        mark = Path(self.setup.options.get("marks", "")) / text.replace(" ", "-")
        if text == "reject":
            return RecordError("no such word")
        if text == "abort":
            os.abort()
        if text.startswith("raise once") and not mark.exists():
            mark.touch()
            raise OSError("busy")
        if text.startswith("abort once") and not mark.exists():
            mark.touch()
            os.abort()
        if text == "hang":
            time.sleep(100_000)
        return Stem(text.upper())
'''
REGISTRY = 'models: {odd: {task: stem, adapter: odd}}\ndefaults: {stem: {"*": odd}}\n'


@pytest.fixture
def odd(home: Path, nlptool: Run) -> Run:
    """nlptool with an adapter that does what texts say."""
    (home / "plugins").mkdir()
    (home / "plugins" / "odd.py").write_text(PLUGIN)
    (home / "models.yaml").write_text(REGISTRY)
    return nlptool


BAD = ("b.csv", "c.csv", "d.json", "e.csv.gz")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with good files, bad ones, and hidden ones."""
    folder = tmp_path / "mixed"
    (folder / ".hidden").mkdir(parents=True)
    (folder / "a.csv").write_text("text\nrunning\n")
    (folder / "b.csv").write_bytes(bytes(1000))
    (folder / "c.csv").write_text('"text"x"\nrunning\n')
    (folder / "d.json").write_text("{")
    (folder / "e.csv.gz").write_bytes(b"\x1f\x8bno gzip")
    (folder / "f.csv").write_text("text\nflies\n")
    (folder / "._a.csv").write_bytes(bytes(1000))
    (folder / ".hidden" / "g.csv").write_text("text\nhidden\n")
    return folder


def test_a_bad_file_costs_that_file(nlptool: Run, mixed: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    done = nlptool("stem", "-i", mixed, "--rejects", rejects)
    assert (done.code, done.lines) == (1, ["run", "fli"])
    rows = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [Path(row["rejected"]["source"]).name for row in rows] == [*BAD]
    again = nlptool("stem", "-i", rejects)
    assert (again.code, again.lines) == (1, [])
    assert nlptool("stem", "-i", mixed, "--on-error", "fail").code == 3


def test_a_bad_file_has_no_results_in_a_folder(nlptool: Run, mixed: Path, tmp_path: Path) -> None:
    (mixed / "late.txt").write_bytes(b"running\n" * 100_000 + b"\0" * 70_000)
    (mixed / "late.jsonl").write_text('{"text": "running"}\n' * 10)
    out = tmp_path / "out"
    assert nlptool("stem", "-i", mixed, "-o", f"{out}/", "--jobs", "2").code == 1
    assert {"a.csv", "f.csv", "late.jsonl"} <= {path.name for path in out.iterdir()}
    assert not {*BAD} & {path.name for path in out.iterdir()}
    assert not list(out.glob(".*"))


def test_bad_files_alone_are_bad_input(nlptool: Run, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(bytes(1000))
    assert nlptool("stem", "-i", tmp_path / "a.csv").code == 3
    assert nlptool("stem", "-i", tmp_path / "a.csv", "-i", tmp_path / "b.csv").code == 3


def test_rejects_are_taken_again_as_what_they_were(odd: Run, tmp_path: Path) -> None:
    file, rejects, again = (tmp_path / f"{name}.jsonl" for name in ("in", "rejects", "again"))
    kept = {"id": 7, "text": "reject", "stars": 5, "error": "my own", "rejected": [1]}
    lines = [b'{"text": "a"}', b"not json", b"\xff\xfe", json.dumps(kept).encode(), b"[1]"]
    file.write_bytes(b"\n".join([*lines, b'{"text": "reject", "n": 1}', b'{"text": "b"}']))
    assert odd("stem", "-i", file, "--rejects", rejects).lines == ["A", "B"]
    done = odd("stem", "-i", rejects, "--rejects", again, "-f", "jsonl")
    assert (done.code, done.stdout) == (1, b"")
    first, second = (
        [json.loads(line) for line in path.read_text().splitlines()] for path in (rejects, again)
    )
    assert [row["error"] for row in second] == [row["error"] for row in first]
    raws = [(row["rejected"].get("raw"), row["rejected"].get("base64")) for row in second]
    assert raws == [(row["rejected"].get("raw"), row["rejected"].get("base64")) for row in first]
    assert raws[:2] == [("not json", None), (None, "//4=")]
    mended = odd("stem", "-i", rejects, "-f", "jsonl", "--model", "porter")
    assert mended.rows == [
        {"id": 7, "stars": 5, "error": "my own", "rejected": [1], "stem": "reject"},
        {"id": 6, "n": 1, "stem": "reject"},
    ]


def test_rejected_rows_of_tables_and_texts_stay_rejected(nlptool: Run, tmp_path: Path) -> None:
    for name, data in {"in.csv": b"text,n\nrunning\nflies,2\n", "in.txt": b"\xff\nflies\n"}.items():
        file, rejects = tmp_path / name, tmp_path / f"{name}.jsonl"
        file.write_bytes(data)
        assert nlptool("stem", "-i", file, "--rejects", rejects).lines == ["fli"]
        done = nlptool("stem", "-i", rejects)
        assert (done.code, done.lines) == (1, [])


def test_too_many_errors_end_the_job(odd: Run, tmp_path: Path) -> None:
    texts = "\n".join(["a", "reject"] * 100).encode()
    out = tmp_path / "out.txt"
    for limit, code in (("100", 1), ("50%", 1), ("101", 1)):
        assert odd("stem", "--max-errors", limit, "-o", out, stdin=texts).code == code
        assert out.exists()
        out.unlink()
    for limit in ("99", "49.5%", "0"):
        done = odd("stem", "--max-errors", limit, "-o", out, stdin=texts)
        assert (done.code, out.exists()) == (1, False)
        assert f"records failed, more than {limit}" in done.stderr
    for limit in ("many", "-1", "%"):
        assert odd("stem", "--max-errors", limit, "a").code == 2


@pytest.mark.parametrize("jobs", [(), ("--jobs", "1")])
def test_what_may_pass_is_asked_again(odd: Run, tmp_path: Path, jobs: tuple[str, ...]) -> None:
    marks = ("-O", f"marks={tmp_path}", "--batch-size", "1", *jobs)
    assert odd("stem", "a", "raise once", "b", *marks).code == 1
    done = odd("stem", "a", "raise once more", "reject", "b", "--retries", "1", *marks)
    assert (done.code, done.lines) == (1, ["A", "RAISE ONCE MORE", "B"])


def test_a_record_that_kills_its_process_is_asked_again(odd: Run, tmp_path: Path) -> None:
    marks = ("-O", f"marks={tmp_path}", "--jobs", "1", "--retries", "1")
    done = odd("stem", "a", "abort once", "abort", "b", *marks)
    assert (done.code, done.lines) == (1, ["A", "ABORT ONCE", "B"])
    assert "argument: the process that answered it was ended by SIGABRT" in done.stderr


def test_a_record_that_takes_too_long_fails(odd: Run) -> None:
    texts = [f"word {n}" for n in range(40)]
    texts[21] = "hang"
    done = odd("stem", "--timeout-per-record", "2", stdin="\n".join(texts).encode())
    assert (done.code, done.lines) == (1, [text.upper() for text in texts if text != "hang"])
    assert "stdin:22: the process that answered it gave no answer in 2 s" in done.stderr
