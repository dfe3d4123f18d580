"""Shards of a job, done anywhere, are one output again; other programs share them out."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Environment, Run

TEXTS = [f"running {number} times" for number in range(3456)]


@pytest.fixture
def work(tmp_path: Path, nlptool: Run) -> Path:
    """The folder that nlptool runs in, with a file of texts."""
    folder = tmp_path / "work"
    (folder / "in.txt").write_text("\n".join(TEXTS))
    return folder


@pytest.fixture
def shards(nlptool: Run, work: Path) -> list[str]:
    """The outputs of three shards."""
    names = [f"part-{number}.jsonl" for number in (1, 2, 3)]
    for number, name in enumerate(names, 1):
        assert nlptool("stem", "-i", "in.txt", "--shard", f"{number}/3", "-o", name).code == 0
    return names


@pytest.mark.parametrize("kind", ["text", "jsonl", "json", "csv", "tsv"])
def test_shards_are_one_job_again(nlptool: Run, work: Path, kind: str) -> None:
    (work / "in.txt").write_bytes(b"\n".join([b"\xff", *(text.encode() for text in TEXTS)]))
    words = ("stem", "-i", "in.txt", "-f", kind)
    suffix = "txt" if kind == "text" else kind
    assert nlptool(*words, "-o", f"whole.{suffix}").code == 1
    parts = [f"part-{number}.{suffix}" for number in range(1, 6)]
    codes = [
        nlptool(*words, "--shard", f"{number}/5", "-o", part).code
        for number, part in enumerate(parts, 1)
    ]
    assert codes == [1, 0, 0, 0, 0]
    assert nlptool("merge", *reversed(parts), "-o", f"merged.{suffix}").code == 0
    assert (work / f"merged.{suffix}").read_bytes() == (work / f"whole.{suffix}").read_bytes()
    assert not list(work.glob(".*"))


def test_merge_refuses_what_is_no_job(nlptool: Run, work: Path, shards: list[str]) -> None:
    first, second, third = shards
    for name, source in (("again.jsonl", second), ("again.jsonl.shard", f"{second}.shard")):
        shutil.copy(work / source, work / name)
    for wrong, message in (
        ((first, third), "of 3 shards there is no 2"),
        ((first, second, third, "again.jsonl"), "there are two of shard 2"),
        ((first, second, "in.txt"), "in.txt is no whole shard"),
    ):
        done = nlptool("merge", *wrong, "-o", "merged.jsonl")
        assert (done.code in (2, 3), message in done.stderr) == (True, True)
    assert nlptool("merge", *shards, "-o", first).code == 2
    assert nlptool("merge", *shards, "-o", "merged.csv").code == 2
    words = ("stem", "-i", "in.txt", "-o", "other.jsonl", "--shard", "2/3", "--with-input")
    assert nlptool(*words).code == 0
    done = nlptool("merge", first, "other.jsonl", third, "-o", "merged.jsonl")
    assert (done.code, "of another job" in done.stderr) == (2, True)
    (work / second).write_bytes((work / second).read_bytes()[:100])
    assert nlptool("merge", *shards, "-o", "merged.jsonl").code == 3
    assert not (work / "merged.jsonl").exists()


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "1/0"])
def test_what_is_no_shard(nlptool: Run, work: Path, shard: str) -> None:
    assert nlptool("stem", "-i", "in.txt", "-o", "out.txt", "--shard", shard).code == 2


def test_what_cannot_be_a_shard(nlptool: Run, work: Path) -> None:
    words = ("stem", "-i", "in.txt", "--shard", "1/2")
    assert nlptool(*words).code == 2
    assert nlptool(*words, "-o", "out.parquet").code == 2
    assert nlptool(*words, "-o", "out.csv", "--on-error", "emit").code == 2
    assert nlptool("stem", "--shard", "1/2", "-o", "out.txt", stdin=b"a\n").code == 2


def test_a_killed_shard_goes_on(nlptool: Run, work: Path, home: Path, shards: list[str]) -> None:
    (home / "plugins").mkdir()
    (home / "plugins" / "odd.py").write_text(
        """
import os
from pathlib import Path
from nlptool.adapter import Adapter
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    tasks = ("stem",)

    def predict(self, batch, params):
        mark = Path(self.setup.options["mark"])
        if any(record.text.startswith("running 3100 ") for record in batch) and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), 9)
        return [Stem(record.text.upper()) for record in batch]
"""
    )
    (home / "models.yaml").write_text("models: {odd: {task: stem, adapter: odd}}\n")
    words = ("stem", "-i", "in.txt", "-m", "odd", "-O", f"mark={work}/mark", "--batch-size", "8")
    parts = ["a.jsonl", "b.jsonl"]
    assert nlptool(*words, "--shard", "1/2", "-o", parts[0]).code == 0
    assert nlptool(*words, "--shard", "2/2", "-o", parts[1]).code == -signal.SIGKILL
    assert nlptool("merge", *parts, "-o", "merged.jsonl").code == 3
    assert nlptool(*words, "--shard", "2/2", "-o", parts[1]).code == 0
    assert nlptool("merge", *parts, "-o", "merged.jsonl").code == 0
    rows = [json.loads(line) for line in (work / "merged.jsonl").read_text().splitlines()]
    assert [row["stem"] for row in rows] == [text.upper() for text in TEXTS]
    assert [row["id"] for row in rows] == list(range(1, len(TEXTS) + 1))


def blocks(language: str) -> list[str]:
    """The examples of a language in the page on jobs."""
    page = (Path(__file__).parent.parent / "docs" / "jobs.md").read_text()
    return [block.partition("```")[0] for block in page.split(f"```{language}\n")[1:]]


def example(word: str, language: str = "sh") -> str:
    """The one example that has a word."""
    (found,) = (block for block in blocks(language) if word in block)
    return found


@pytest.fixture
def shell(environment: Environment, work: Path) -> Environment:
    """An environment in which nlptool is a command."""
    place = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    text = work / "texts.jsonl"
    text.write_text("".join(f"{json.dumps({'text': text})}\n" for text in TEXTS))
    return {**environment, "PATH": place}


def test_the_examples_for_other_programs(shell: Environment, work: Path, nlptool: Run) -> None:
    assert nlptool("stem", "-i", "texts.jsonl", "-o", "whole.jsonl").code == 0
    whole = (work / "whole.jsonl").read_bytes()
    told = []
    for program in ("parallel", "xargs", "make"):
        if not shutil.which(program):
            continue
        told.append(program)
        script = example(f"{program} -")
        if program == "make":
            (work / "Makefile").write_text(example("%.jsonl", "make"))
        run = {"env": shell, "cwd": work, "capture_output": True, "timeout": 300}
        done = subprocess.run(["bash", "-ec", script], **run)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr
        assert (work / "out.jsonl").read_bytes() == whole
        for file in (work / "out.jsonl", *work.glob("part*")):
            file.unlink()
    assert "xargs" in told


def test_the_example_for_slurm(shell: Environment, work: Path, nlptool: Run) -> None:
    """A script of Slurm's, with the variables that Slurm gives to the tasks of an array."""
    assert nlptool("stem", "-i", "texts.jsonl", "-o", "whole.jsonl").code == 0
    script = example("#SBATCH --array")
    count = int(script.partition("--array=1-")[2].split("\n")[0])
    for number in range(1, count + 1):
        slurm = {"SLURM_ARRAY_TASK_ID": f"{number}", "SLURM_ARRAY_TASK_COUNT": f"{count}"}
        subprocess.run(
            ["bash", "-ec", script], env={**shell, **slurm}, cwd=work, check=True, timeout=300
        )
    merge = example("nlptool merge part-*.jsonl -o out.jsonl  # once all are done")
    subprocess.run(["bash", "-ec", merge], env=shell, cwd=work, check=True, timeout=300)
    assert (work / "out.jsonl").read_bytes() == (work / "whole.jsonl").read_bytes()
