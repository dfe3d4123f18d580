"""Jobs that nobody watches: locks, time limits, signals, summaries, logs, bare environments."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Environment, Run

PLUGIN = '''
import os, signal, time
from nlptool.adapter import Adapter, Batching
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    """Does what the text says."""

    tasks = ("stem",)
    batching = Batching(count=2, window=2)

    def predict(self, batch, params):
        return [self.answer(record.text) for record in batch]

    def answer(self, text):
        if text.startswith("SIG"):
            os.kill(os.getppid() if self.setup.threads else os.getpid(), getattr(signal, text))
        while text == "work on":
            pass
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


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_term_ends_a_job_behind_a_whole_window(
    odd: Run, tmp_path: Path, jobs: tuple[str, ...]
) -> None:
    file, out, summary = tmp_path / "in.txt", tmp_path / "out.txt", tmp_path / "summary.json"
    file.write_text("".join(f"{text}\n" for text in ("a", "b", "SIGTERM", "c", "d", "e")))
    words = ("stem", "-i", file, "-o", out, "--resume", "--summary", summary, *jobs)
    done = odd(*words)
    assert (done.code, done.stderr) == (143, "nlptool: error: terminated\n")
    written = (tmp_path / ".out.txt.part").read_bytes()
    assert written in (b"A\nB\n", b"A\nB\nSIGTERM\nC\n")
    told = json.loads(summary.read_bytes())
    assert (told["exit_code"], told["error"]) == (143, "terminated")
    assert told["done"] == written.count(b"\n")
    file.write_text(file.read_text())
    codes = [odd(*words).code]
    while codes[-1] == 143:
        codes.append(odd(*words).code)
    assert codes[-1] == 0
    assert out.read_bytes() == b"A\nB\nSIGTERM\nC\nD\nE\n"
    assert not list(tmp_path.glob(".out*"))


def test_a_hang_up_leaves_no_hidden_file(odd: Run, tmp_path: Path) -> None:
    out = tmp_path / "out" / "out.txt"
    out.parent.mkdir()
    done = odd("stem", "a", "b", "SIGHUP", "c", "-o", out)
    assert (done.code, list(out.parent.iterdir())) == (129, [])


def test_a_hang_up_that_nohup_ignores_is_ignored(odd: Run, environment: Environment) -> None:
    script = f"nohup {sys.executable} -m nlptool stem a SIGHUP b"
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, timeout=120, check=True
    )
    assert done.stdout == b"A\nSIGHUP\nB\n"


def test_a_job_has_so_much_time(odd: Run, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    done = odd("stem", "--timeout", "3s", "--jobs", "1", "--summary", summary, "a", "b", "work on")
    assert (done.code, done.stderr) == (124, "nlptool: error: out of time\n")
    assert json.loads(summary.read_bytes())["exit_code"] == 124
    for wrong in ("x", "-1", "0", "5y", "inf"):
        assert odd("stem", "a", "--timeout", wrong).code == 2


def test_one_job_at_a_time(odd: Run, home: Path, tmp_path: Path) -> None:
    lock = home / "locks" / "nightly.lock"
    assert odd("stem", "a", "--lock", "nightly").lines == ["A"]
    summary = tmp_path / "summary.json"
    with lock.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = odd("stem", "a", "--lock", "nightly", "--summary", summary)
        assert (done.code, done.stdout) == (0, b"")
        assert "has the lock nightly: nothing is done" in done.stderr
        assert json.loads(summary.read_bytes())["skipped"]
        assert odd("stem", "a", "--lock", "nightly", "-q").stderr == ""
        assert odd("stem", "a", "--lock", "other").lines == ["A"]
        late = odd("stem", "a", "--lock", "nightly", "--if-locked", "wait", "--timeout", "1")
        assert late.code == 124
    assert odd("stem", "a", "--lock", "nightly", "--if-locked", "wait").lines == ["A"]
    assert odd("stem", "a", "--lock", tmp_path / "a.lock").lines == ["A"]


def test_silence_and_a_log(odd: Run, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    for number in (1, 2):
        done = odd("stem", "a", "-q", "--log-file", log, "-o", "out.txt")
        assert (done.code, done.stdout, done.stderr) == (0, b"", "")
        assert log.read_text().count("nlptool: 1 records\n") == number
    other = tmp_path / "other.txt"
    other.write_text("no log\n")
    assert odd("stem", "a", "--log-file", other).code == 2
    assert other.read_text() == "no log\n"
    assert odd("stem", "a", "--log-file", tmp_path / "none" / "log").code == 6


def test_a_summary(nlptool: Run, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    texts = ("--summary", summary, "-o", "out.txt")
    assert nlptool("sentiment", "A fine film.", "It is a bore.", *texts).code == 0
    told = json.loads(summary.read_bytes())
    assert (told["records"], told["done"], told["failed"], told["exit_code"]) == (2, 2, 0, 0)
    assert told["records_per_second"] > 0
    (model,) = told["models"]
    assert (model["name"], model["device"], len(model["digest"])) == ("sentiment-en", "cpu", 64)
    assert nlptool("sentiment", "-i", "nowhere.txt", *texts).code == 3
    told = json.loads(summary.read_bytes())
    assert (told["exit_code"], told["records"]) == (3, 0)
    assert "nowhere.txt" in told["error"]


@pytest.mark.parametrize("name", ["in.txt", "out.txt", "rejects.jsonl", "link"])
def test_a_summary_replaces_no_file_of_the_job(nlptool: Run, tmp_path: Path, name: str) -> None:
    work = tmp_path / "work"
    for file in ("in.txt", "out.txt", "rejects.jsonl"):
        (work / file).write_text("running\n")
    (work / "link").symlink_to("in.txt")
    words = ("stem", "-i", "in.txt", "-o", "out.txt", "--rejects", "rejects.jsonl")
    assert nlptool(*words, "--summary", name).code == 2
    assert all((work / file).read_text() == "running\n" for file in ("in.txt", "out.txt"))


def test_nothing_of_the_environment_is_needed(tmp_path: Path) -> None:
    words = ("-m", "nlptool", "sentiment", "A fine film.", "--lock", tmp_path / "lock")
    done = subprocess.run(
        [sys.executable, *words], env={}, cwd=tmp_path, capture_output=True, timeout=120
    )
    assert (done.returncode, done.stdout[:8], done.stderr) == (0, b"positive", b"")


def test_a_user_without_a_home_leaves_nothing_in_the_working_folder(tmp_path: Path) -> None:
    """Of a user whom the system does not know, ~ stays what it is."""
    for words in (("stem", "running"), ("stem", "a", "--lock", "x"), ("sentiment", "good")):
        done = subprocess.run(
            [sys.executable, "-m", "nlptool", *words],
            **{"env": {"HOME": "~"}, "cwd": tmp_path, "capture_output": True, "timeout": 120},
        )
        assert (done.returncode, done.stderr.count(b"\n")) in ((0, 0), (6, 1))
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_there(nlptool: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "in.csv").write_text("id,text\n7,running\n")
    for kind, before, after in (
        ("txt", "before", "before\nrun\n"),
        ("csv", "id,stem\n1,x\n", "id,stem\n1,x\n7,run\n"),
        ("jsonl", '{"id":1}\n', '{"id":1}\n{"id":"7","stem":"run"}\n'),
    ):
        out = work / f"out.{kind}"
        out.write_text(before)
        words = ("stem", "-i", "in.csv", "-o", f"out.{kind}")
        kept = nlptool(*words, "--no-clobber")
        assert (kept.code, out.read_text()) == (6, before)
        assert "is there already" in kept.stderr
        assert nlptool(*words, "--append").code == 0
        assert out.read_text() == after
        out.unlink()
        assert nlptool(*words, "--append").code == 0
        first = out.read_bytes()
        out.unlink()
        assert nlptool(*words, "--no-clobber").code == 0
        assert out.read_bytes() == first
    for name in ("out.json", "out.parquet", "out.txt.gz"):
        assert nlptool("stem", "a", "-o", name, "--append").code == 2
    assert nlptool("stem", "a", "-o", "out.txt", "--append", "--no-clobber").code == 2
    assert nlptool("stem", "-i", "in.csv", "-o", "out.txt", "--append", "--resume").code == 2
    assert not list(work.glob(".*"))


def test_a_folder_s_files_that_are_there(nlptool: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "out").mkdir()
    (work / "a.txt").write_text("running\n")
    (work / "out" / "a.txt").write_text("before\n")
    assert nlptool("stem", "-i", "a.txt", "-o", "out", "--no-clobber").code == 6
    assert nlptool("stem", "-i", "a.txt", "-o", "out", "--append").code == 0
    assert (work / "out" / "a.txt").read_text() == "before\nrun\n"


def test_a_terminated_service_s_processes_finish_their_window(
    odd: Run, environment: Environment
) -> None:
    """As systemd does it: TERM to every process of the unit."""
    words = [sys.executable, "-m", "nlptool", "stem", "--jobs", "1"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, env=environment, **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(b"a\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"A\n"
        children = Path(f"/proc/{process.pid}/task").glob("*/children")
        for child in " ".join(file.read_text() for file in children).split():
            os.kill(int(child), signal.SIGTERM)
        process.stdin.write(b"b\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"B\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 143
        assert process.stderr.read() == b"nlptool: error: terminated\n"
