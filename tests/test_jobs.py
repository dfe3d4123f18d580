"""Jobs that fail, are killed, are resumed, and the ways out of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.io.packed import unpacked
from nlptool.io.record import Record
from nlptool.pipeline.batching import Answerer, answer_batch
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.executors.serial import Serial
from nlptool.pipeline.windows import windows
from nlptool.plugins.adapter import Adapter, Batching, Setup
from nlptool.tasks.segment import SEGMENT, Params, Words
from tests.conftest import Environment, Run
from tests.test_packed import THERE

PLUGIN = '''
import os, signal, sys
from pathlib import Path
from nlptool.plugins.adapter import Adapter, Batching
from nlptool.errors import RecordError
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    """Does what the text says."""

    tasks = ("stem",)
    batching = Batching(count=4, window=8)

    def predict(self, batch, params):
        return [self.answer(record.text) for record in batch]

    def answer(self, text):
        if text == "raise":
            raise ValueError("two\\nlines")
        if text == "reject":
            return RecordError("no such word")
        if text == "print":
            print("chatter"); os.system("echo chatter of a child")
        marker = Path(self.setup.options.get("marker", "none"))
        if text == "die once" and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), int(self.setup.options["signal"]))
        return Stem(text.upper())
'''
REGISTRY = """
models:
  odd: {task: stem, adapter: odd}
  missing: {task: stem, adapter: nobody}
  segmenter: {task: segment, adapter: odd}
defaults:
  stem: {"*": odd}
"""


@pytest.fixture
def odd(home: Path, nlptool: Run) -> Run:
    """nlptool with a plugin of the user that misbehaves on demand."""
    (home / "plugins").mkdir()
    (home / "plugins" / "odd.py").write_text(PLUGIN)
    (home / "models.yaml").write_text(REGISTRY)
    return nlptool


def test_one_bad_record_fails_alone(odd: Run) -> None:
    result = odd("stem", "a", "raise", "reject", "b", "c")
    assert (result.code, result.lines) == (1, ["A", "B", "C"])
    assert "argument: model odd: ValueError: two lines" in result.stderr
    assert "argument: no such word" in result.stderr
    assert "2 of 5 records failed" in result.stderr


def test_on_error_fail_stops_at_the_first(odd: Run) -> None:
    result = odd("stem", "--on-error", "fail", "--batch-size", "1", "a", "raise", "b")
    assert (result.code, "B" in result.lines) == (1, False)


def test_libraries_never_print_into_the_data(odd: Run) -> None:
    result = odd("stem", "print", "a")
    assert result.lines == ["PRINT", "A"]
    assert "chatter of a child" in result.stderr


def test_messages(odd: Run) -> None:
    assert odd("stem", "reject", "-q").stderr == ""
    lines = odd("stem", "reject", "--log-json").stderr.splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["warning", "warning"]
    verbose = odd("stem", "a", "-v").stderr
    assert "backend cpu on cpu: the first of the model's that can be had" in verbose
    assert "Traceback" in odd("stem", "raise", "--debug").stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("stem", "x", "--model", "missing"), 4, "no plugin is named nobody"),
        (
            ("stem", "x", "--model", "segmenter"),
            4,
            "segmenter is a model for segment",
        ),
        (("stem", "x", "--device", "cuda:7"), 5, "cuda:7 is not there"),
        (("stem", "x", "--device", "tpu"), 5, "tpu is no device"),
        (("stem", "x", "--backend", "cuda"), 5, "does not run on cuda"),
        (("stem", "x", "--backend", "none"), 2, "no backend is named none; there are cpu"),
        (("stem", "x", "-O", "nonsense"), 2, "expected KEY=VALUE"),
        (("stem", "x", "-i", "y"), 2, "not both"),
        (("stem", "-i", "nowhere.txt"), 3, "nowhere.txt: no such file or folder"),
        (("stem", "-i", "*.none"), 3, "no file matches"),
        (("stem", "-i", "."), 3, "no file in this folder ends in"),
        (("stem", "--encoding", "martian"), 2, "martian is no encoding"),
        (("stem", "x", "-o", "none/out.txt"), 6, "No such file or directory"),
        (("stem", "x", "-o", "/dev/full"), 6, "No space left on device"),
        (("stem", "x", "--resume"), 2, "--resume needs -o FILE"),
        (("stem", "x", "--field", "nothing=text"), 2, "stem has no field nothing"),
    ],
)
def test_errors_say_what_and_exit_with_their_kind(
    odd: Run, words: tuple[str, ...], code: int, message: str
) -> None:
    result = odd(*words)
    assert result.code == code
    assert message in result.stderr
    assert result.stdout == b""


def test_plugins_of_the_user_that_are_broken(odd: Run, home: Path) -> None:
    (home / "plugins" / "odd.py").write_text("import nothing_of_the_kind")
    result = odd("stem", "x")
    assert result.code == 70
    assert "plugin odd" in result.stderr
    (home / "plugins" / "odd.py").write_text("x = 1")
    assert "expected one class that derives from Adapter" in odd("stem", "x").stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_interrupted(odd: Run, tmp_path: Path, number: int, code: int) -> None:
    out = tmp_path / "out.txt"
    options = ("-O", f"signal={int(number)}", "-O", f"marker={tmp_path}/marker")
    result = odd("stem", "a", "die once", *options, "-o", out)
    assert result.code == code
    assert result.stderr.count("\n") == 1
    assert {file.name for file in tmp_path.iterdir()} == {"home", "work", "marker"}


@pytest.mark.parametrize("kind", ["text", "jsonl", "json", "csv"])
def test_a_killed_job_resumed_is_as_if_never_killed(odd: Run, tmp_path: Path, kind: str) -> None:
    given = [f"word {n}" for n in range(100)]
    given[10], given[57], given[70] = "reject", "die once", "reject"
    file = tmp_path / "in.txt"
    file.write_text("\n".join(given))
    rejects = tmp_path / "rejects.jsonl"
    words = ("stem", "-i", file, "-f", kind, "--rejects", rejects, "--resume")
    options = ("-O", f"signal={int(signal.SIGKILL)}", "-O", f"marker={tmp_path}/marker")
    out = tmp_path / "out"
    assert odd(*words, *options, "-o", out).code == -signal.SIGKILL
    assert not out.exists()
    other = odd(*words, *options, "-o", out, "--with-input")
    assert (other.code, "begun with other options" in other.stderr) == (2, True)
    assert odd(*words, *options, "-o", out).code == 1
    resumed, resumed_rejects = out.read_bytes(), rejects.read_bytes()
    assert resumed_rejects.count(b'"text":"reject"') == 2
    assert odd(*words, *options, "-o", out).code == 1
    assert (out.read_bytes(), rejects.read_bytes()) == (resumed, resumed_rejects)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("suffix", THERE)
@pytest.mark.parametrize("kind", ["text", "jsonl", "json", "csv"])
def test_a_packed_output_goes_on_behind_its_last_member(
    odd: Run, tmp_path: Path, kind: str, suffix: str
) -> None:
    given = [f"{n} {'word' * 2000}" for n in range(100)]
    given[10], given[70], given[80] = "reject", "die once", "reject"
    file, out, marker = (tmp_path / name for name in ("in.txt", f"out{suffix}", "marker"))
    rejects, summary = tmp_path / f"rejects.jsonl{suffix}", tmp_path / "summary"
    file.write_text("\n".join(given))
    words = ("stem", "-i", file, "-f", kind, "-o", out, "--rejects", rejects, "--resume")
    words += ("-O", f"signal={int(signal.SIGKILL)}", "-O", f"marker={marker}")
    assert odd(*words).code == -signal.SIGKILL
    assert odd(*words, "--summary", summary).code == 1
    told = json.loads(summary.read_bytes())
    assert 0 < told["resumed"] <= 70
    assert (told["done"], told["failed"]) == (98, 2)
    resumed, resumed_rejects = out.read_bytes(), rejects.read_bytes()
    assert odd(*words).code == 1
    assert (out.read_bytes(), rejects.read_bytes()) == (resumed, resumed_rejects)
    whole = tmp_path / "whole"
    assert odd("stem", "-i", file, "-f", kind, "-o", whole, "-O", f"marker={marker}").code == 1
    assert b"".join(unpacked(iter([resumed]), out.name)) == whole.read_bytes()
    assert len(resumed) < whole.stat().st_size / 10


def test_head_ends_an_endless_job_quietly(environment: Environment) -> None:
    script = f"yes running | {sys.executable} -m nlptool stem | head -n 3; echo ${{PIPESTATUS[1]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, env=environment, timeout=60, check=True
    )
    assert done.stdout.split() == [b"run", b"run", b"run", b"0"]
    assert done.stderr == b""


def test_a_line_is_answered_before_the_next_is_written(environment: Environment) -> None:
    words = [sys.executable, "-m", "nlptool", "stem"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for word, stem in (("running", b"run\n"), ("flies", b"fli\n")):
            os.write(process.stdin.fileno(), f"{word}\n".encode())
            assert process.stdout.readline() == stem
        process.stdin.close()
    assert process.returncode == 0


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(environment: Environment, closed: str) -> None:
    script = f"{sys.executable} -m nlptool stem running {closed}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, env=environment, timeout=60)
    assert b"Traceback" not in done.stderr
    assert done.returncode == (6 if ">&- " in f"{closed} ".replace("2>&-", "") else 0)


class Backwards(Adapter[object, Words]):
    """Answers with the text; fails on a batch that holds "bad"."""

    tasks = ("segment",)
    batching = Batching(count=3, budget=12, window=7)

    def predict(self, batch: object, params: Params) -> list[Words]:
        texts = [record.text for record in batch]  # type: ignore[attr-defined]
        assert len(texts) == 1 or max(map(len, texts)) * len(texts) <= 12
        if "bad" in texts:
            raise ValueError("bad")
        return [Words([text]) for text in texts]


class OneModel:
    """Stands for a Pool and its Resolver: the same adapter for every record."""

    only = "backwards"
    loaded = Backwards(Setup("segment", "backwards", None))

    @property
    def resolver(self) -> OneModel:
        return self

    def adapter(self, _name: str) -> Backwards:
        return self.loaded

    def turn(self, _name: str) -> nullcontext[None]:
        return nullcontext()

    def close(self) -> None:
        pass


def parts_of(chunks: list[list[str]]) -> list[list[str]]:
    """The chunks in windows of seven."""
    return [chunk[start : start + 7] for chunk in chunks for start in range(0, len(chunk), 7)]


@given(st.lists(st.lists(st.one_of(st.just("bad"), st.text("ab", max_size=9)), max_size=20)))
def test_answers_come_in_order_and_none_is_lost(chunks: list[list[str]]) -> None:
    records = [[Record(text, {"text": text}) for text in chunk] for chunk in chunks]
    serial = Serial(Answerer(SEGMENT, Params(), OneModel()))  # type: ignore[arg-type]
    parts = list(serial.map(windows(records, ColumnMapping(SEGMENT), lambda _: 7)))
    answered = [pair for part in parts for pair in zip(part.records, part.results, strict=True)]
    assert [record for record, _ in answered] == [record for chunk in records for record in chunk]
    for record, result in answered:
        if record.id == "bad":
            assert "ValueError" in str(result)
        else:
            assert result == Words([record.id])
    assert [part.number for part in parts if part.last] == list(range(len(parts_of(chunks))))


def test_an_adapter_that_loses_records_is_caught() -> None:
    adapter = OneModel.loaded
    adapter.predict = lambda batch, params: []  # type: ignore[method-assign]
    try:
        with pytest.raises(Exception, match="gave 0 results for 2 records"):
            answer_batch(adapter, [1, 2], Params())
    finally:
        del adapter.predict


def test_a_disk_that_fills_up_leaves_nothing(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("running\n" * 200_000)
    script = f"ulimit -f 100; {sys.executable} -m nlptool stem -i in.txt -o out.txt"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, env=environment, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 6
    assert done.stderr.decode() == f"nlptool: error: {tmp_path}/out.txt: File too large\n"
    assert {file.name for file in tmp_path.iterdir()} == {"home", "in.txt"}
