"""Many processes: out of order, on several devices, replaced for their memory, quick batches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlptool.pipeline.tuning import Tuner
from tests.conftest import Run

PLUGIN = '''
import os, time
from pathlib import Path
from nlptool.adapter import Adapter, Batching
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    """Does what the text says."""

    tasks = ("stem",)
    batching = Batching(count=8, window=8)

    def __init__(self, setup):
        super().__init__(setup)
        self.held = []
        folder = Path(setup.options.get("pids", "."))
        if "pids" in setup.options:
            (folder / str(os.getpid())).write_text(setup.device)

    def predict(self, batch, params):
        if len(batch) > self.setup.options.get("fits", 1000):
            raise RuntimeError("CUDA out of memory")
        return [self.answer(record.text) for record in batch]

    def answer(self, text):
        if text.startswith("wait for "):
            while not Path(text[9:]).exists():
                time.sleep(0.01)
        if text.startswith("make "):
            Path(text[5:]).touch()
        if text.startswith("hold"):
            self.held.append(bytearray(os.urandom(1 << 20)) * 200)
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


def test_answers_as_they_come(odd: Run, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    texts = [f"wait for {mark}", *(f"word {n}" for n in range(30)), f"make {mark}"]
    done = odd("stem", "--jobs", "2", "--unordered", stdin="\n".join(texts).encode())
    assert sorted(done.lines) == sorted(text.upper() for text in texts)
    assert done.lines[0] != texts[0].upper()
    for more in (("--resume", "-o", "out.txt"), ("-o", "out/")):
        (tmp_path / "work" / "in.txt").write_text("a\n")
        assert odd("stem", "-i", "in.txt", "--jobs", "2", "--unordered", *more).code == 2


def test_jobs_of_all_cores_or_devices(odd: Run, tmp_path: Path) -> None:
    texts = "\n".join(f"word {n}" for n in range(200)).encode()
    for number, more in enumerate((("--jobs", "auto"), ("--device", "cpu,cpu,cpu"))):
        pids = tmp_path / f"pids{number}"
        pids.mkdir()
        done = odd("stem", "-O", f"pids={pids}", *more, stdin=texts)
        assert (done.code, len(done.lines)) == (0, 200)
        assert {file.read_text() for file in pids.iterdir()} == {"cpu"}
    assert odd("stem", "a", "--device", "cpu,tpu").code == 5
    for wrong in (("--jobs", "0"), ("--jobs", "x"), ("--batch-size", "0"), ("--max-memory", "x")):
        assert odd("stem", "a", *wrong).code == 2


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
def test_a_process_that_grows_is_replaced(odd: Run, tmp_path: Path) -> None:
    texts = "\n".join(["hold", *["word"] * 7] * 6).encode()
    done = odd("stem", "-v", "-O", f"pids={tmp_path}", "--max-memory", "200M", stdin=texts)
    assert (done.code, len(done.lines)) == (0, 48)
    assert done.stderr.count("and is replaced") == 6
    assert len([file for file in tmp_path.iterdir() if file.name.isdecimal()]) >= 6


@pytest.mark.parametrize("jobs", [(), ("--jobs", "1")])
def test_batches_that_fit_into_memory(odd: Run, home: Path, jobs: tuple[str, ...]) -> None:
    texts = "\n".join(f"word {n}" for n in range(100)).encode()
    words = ("stem", "-v", "--batch-size", "auto", "-O", "fits=3", *jobs)
    done = odd(*words, stdin=texts)
    assert (done.code, len(done.lines)) == (0, 100)
    assert "batches of 8 records are too much for memory" in done.stderr
    (found,) = json.loads((home / "store" / "batches.json").read_bytes()).values()
    assert found <= 4
    again = odd(*words, stdin=texts)
    assert "batches of 8 records are too much for memory" not in again.stderr


def seconds(count: int) -> float:
    """A model that is quickest with batches of 64."""
    return {16: 4.0, 32: 2.0, 64: 1.0, 128: 1.5}.get(count, 8.0)


@pytest.mark.parametrize("start", [8, 16, 32, 64, 128, 256])
def test_the_quickest_batch_is_found_and_remembered(tmp_path: Path, start: int) -> None:
    tuner = Tuner(start, tmp_path / "batches.json", "a model")
    while not tuner.settled:
        tuner.took(100, seconds(tuner.count))
    assert tuner.count in (64, *((start,) if seconds(start) == 8.0 else ()))
    assert Tuner(1, tmp_path / "batches.json", "a model").count == tuner.count
    other: Any = Tuner(7, tmp_path / "batches.json", "another")
    assert (other.count, other.settled) == (7, False)
