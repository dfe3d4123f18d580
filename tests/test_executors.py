"""Jobs in many processes: the same bytes as in one, whatever dies."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Environment, Run

PLUGIN = '''
import os
from pathlib import Path
from nlptool.adapter import Adapter, Batching
from nlptool.errors import RecordError
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    """Does what the text says."""

    tasks = ("stem",)
    batching = Batching(count=4, window=8)

    def predict(self, batch, params):
        return [self.answer(record.text) for record in batch]

    def answer(self, text):
        if text == "reject":
            return RecordError("no such word")
        if text == "abort":
            os.abort()
        mark = Path(self.setup.options.get("marks", "")) / text
        if text.startswith("die ") and not mark.exists():
            mark.touch()
            os.kill(os.getppid() if self.setup.threads else os.getpid(), 9)
        return Stem(text.upper())
'''
REGISTRY = 'models: {odd: {task: stem, adapter: odd}}\ndefaults: {stem: {"*": odd}}\n'
WORDS = [f"word {number}" for number in range(200)]
FORMATS = ("text", "jsonl", "json", "csv", "tsv", "parquet")


@pytest.fixture
def odd(home: Path, nlptool: Run) -> Run:
    """nlptool with an adapter that does what texts say."""
    (home / "plugins").mkdir()
    (home / "plugins" / "odd.py").write_text(PLUGIN)
    (home / "models.yaml").write_text(REGISTRY)
    return nlptool


@pytest.mark.parametrize("kind", FORMATS)
def test_many_processes_give_the_bytes_of_one(odd: Run, tmp_path: Path, kind: str) -> None:
    texts = [*WORDS]
    texts[3], texts[150] = "reject", "reject"
    (tmp_path / "in.txt").write_text("\n".join(texts))
    outputs = []
    for jobs in ((), ("--jobs", "1"), ("--jobs", "2")):
        out, rejects = tmp_path / "out", tmp_path / "rejects"
        done = odd(
            *("stem", "-i", tmp_path / "in.txt", "-f", kind, "-o", out, *jobs),
            *("--rejects", rejects, "--on-error", "emit", "--batch-size", "16"),
        )
        assert (done.code, done.stderr.count("no such word")) == (1, 2)
        outputs.append((out.read_bytes(), rejects.read_bytes()))
    assert outputs[0] == outputs[1] == outputs[2]


def test_the_record_that_kills_a_process_fails_alone(odd: Run) -> None:
    texts = [*WORDS[:30], "abort", *WORDS[30:60]]
    done = odd("stem", "--jobs", "2", stdin="\n".join(texts).encode())
    assert done.code == 1
    assert done.lines == [text.upper() for text in texts if text != "abort"]
    assert "stdin:31: the process that answered it was ended by SIGABRT" in done.stderr


def test_a_job_of_nothing_but_deaths_ends(odd: Run) -> None:
    done = odd("stem", "--jobs", "2", stdin=b"abort\n" * 100)
    assert done.code in (1, 4)
    assert done.stdout == b""


def test_a_line_is_answered_before_the_next_one_is_read(odd: Run, environment: Environment) -> None:
    command = [sys.executable, "-m", "nlptool", "stem", "--jobs", "2"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, **pipes) as process:  # type: ignore[call-overload]
        for text in ("one", "two"):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline() == f"{text.upper()}\n".encode()
        process.stdin.close()
        assert process.wait(timeout=120) == 0


def test_what_ends_a_job_ends_it_in_many_processes(odd: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    texts = "\n".join([*WORDS, "reject", *WORDS]).encode()
    done = odd("stem", "--jobs", "3", "--on-error", "fail", "-o", out, stdin=texts)
    assert (done.code, out.exists()) == (1, False)
    wrong = odd("segment", "--jobs", "2", "--pos", "--model", "words", stdin=b"a b\n")
    assert wrong.code == 2
    missing = odd("stem", "--jobs", "2", "--model", "nothing", stdin=b"a\n")
    assert missing.code == 4


@pytest.mark.parametrize("kind", ["text", "jsonl", "json", "csv"])
def test_a_job_killed_in_many_processes_ends_in_the_same_bytes(
    odd: Run, tmp_path: Path, kind: str
) -> None:
    texts = [*WORDS]
    deadly = random.Random(kind).sample(range(10, 200), 3)
    for number in deadly:
        texts[number] = f"die {number}"
    (tmp_path / "in.txt").write_text("\n".join(texts))
    words = ("stem", "-i", tmp_path / "in.txt", "-f", kind, "--jobs", "2", "--resume")
    out = tmp_path / "out"

    def run() -> int:
        return odd(*words, "-O", f"marks={tmp_path}", "-o", out).code

    codes = [run()]
    while codes[-1] == -signal.SIGKILL:
        codes.append(run())
    assert codes[-1] == 0
    assert 1 < len(codes) <= 4
    resumed = out.read_bytes()
    out.unlink()
    assert run() == 0
    assert out.read_bytes() == resumed
    assert not list(tmp_path.glob(".out*"))


@pytest.fixture
def begun(odd: Run, tmp_path: Path) -> Callable[..., object]:
    """Begin a job that is killed in its middle, and give what goes on with it."""
    texts = [*WORDS]
    texts[100] = "die 100"
    (tmp_path / "in.txt").write_text("\n".join(texts))
    words = ("stem", "-i", tmp_path / "in.txt", "--jobs", "2", "--resume", "-o", tmp_path / "out")

    def run(*more: str | Path, stdin: bytes = b"") -> object:
        return odd(*words, "-O", f"marks={tmp_path}", *more, stdin=stdin)

    assert run().code == -signal.SIGKILL  # type: ignore[attr-defined]
    return run


def test_a_job_does_not_go_on_as_another_one(
    begun: Callable[..., Any], home: Path, tmp_path: Path
) -> None:
    source = tmp_path / "in.txt"
    before = source.read_bytes()
    source.write_bytes(before.replace(b"word 1", b"word 2", 1))
    changed = begun()
    assert (changed.code, "was begun with another input;" in changed.stderr) == (2, True)
    source.write_bytes(before)
    (home / "models.yaml").write_text(
        REGISTRY.replace("adapter: odd", "adapter: odd, licence: MIT")
    )
    changed = begun()
    assert (changed.code, "was begun with another model;" in changed.stderr) == (2, True)
    (home / "models.yaml").write_text(REGISTRY)
    changed = begun("--with-input")
    assert (changed.code, "was begun with other options;" in changed.stderr) == (2, True)
    assert begun("--jobs", "1").code == 0


def test_a_job_killed_when_all_was_written_is_done(
    begun: Callable[..., Any], tmp_path: Path
) -> None:
    journal, out, part = (tmp_path / name for name in (".out.journal", "out", ".out.part"))
    head = journal.read_bytes().splitlines()[0]
    assert begun().code == 0
    written = out.read_bytes()
    out.rename(part)
    entry = {"records": 200, "output": len(written), "complete": True}
    journal.write_bytes(head + b"\n" + json.dumps(entry).encode() + b"\n")
    assert begun().code == 0
    assert out.read_bytes() == written
    assert not part.exists()
    assert not journal.exists()


def test_what_cannot_be_read_again_cannot_be_gone_on_with(odd: Run, tmp_path: Path) -> None:
    done = odd("stem", "--resume", "-o", tmp_path / "out", stdin=b"a\n")
    assert (done.code, "an input that can be read again" in done.stderr) == (2, True)
