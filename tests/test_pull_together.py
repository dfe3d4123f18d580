"""Processes that pull at once, that are killed, that hang."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from nlptool.plugins.adapter import Setup
from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, entry, leftovers, one_file, pin, stored, write

PULL = [sys.executable, "-m", "nlptool", "models", "pull", "m", "-f", "jsonl"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "pulls"
    folder.mkdir()
    return folder


def start(environment: Environment, work: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        PULL, env=environment, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_ten_pulls_download_once(
    environment: Environment, work: Path, home: Path, site: Site
) -> None:
    page = Page(WEIGHTS, hold=150_000)
    site.add("/w.safetensors", page)
    one_file(home, site)
    pulls = [start(environment, work) for _ in range(10)]
    assert page.held.wait(60)
    page.release.set()
    told = [pull.communicate(timeout=120) for pull in pulls]
    assert [pull.returncode for pull in pulls] == [0] * 10, told
    assert sorted(out.count(b'"pulled"') for out, _ in told) == [0] * 9 + [1]
    assert len(page.asked) == 1


@pytest.mark.parametrize("after", random.Random(7).sample(range(len(WEIGHTS)), 4))
def test_a_killed_pull_goes_on(
    nlptool: Run, environment: Environment, work: Path, home: Path, site: Site, after: int
) -> None:
    page = Page(WEIGHTS, hold=after)
    site.add("/w.safetensors", page)
    one_file(home, site)
    pull = start(environment, work)
    assert page.held.wait(60)
    pull.send_signal(signal.SIGKILL)
    pull.communicate()
    page.release.set()
    assert nlptool("stem", "-m", "m", "--offline", "running").code == 4
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 0, done.stderr
    assert nlptool("models", "verify", "m").code == 0
    assert stored(home, "m", "w.safetensors").read_bytes() == WEIGHTS
    assert [name.split("/")[0] for name in leftovers(home)] == ["models", "models"]


def test_an_interrupted_pull_ends_at_once(
    environment: Environment, work: Path, home: Path, site: Site
) -> None:
    page = Page(WEIGHTS, hold=150_000)
    site.add("/w.safetensors", page)
    one_file(home, site)
    pull = start(environment, work)
    assert page.held.wait(60)
    pull.send_signal(signal.SIGINT)
    page.release.set()
    _, told = pull.communicate(timeout=60)
    assert pull.returncode == 130
    assert told.splitlines()[-1] == b"nlptool: error: interrupted"


def test_a_dead_holders_lock_is_free(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w.safetensors", Page(WEIGHTS))
    one_file(home, site)
    lock = home / "store" / "locks" / "m.lock"
    lock.parent.mkdir(parents=True)
    hold = f"import filelock, os; filelock.FileLock({str(lock)!r}).acquire(); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", hold]).returncode == 9
    assert nlptool("models", "pull", "m", "--patience", "0").code == 0


def test_a_holder_that_hangs(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w.safetensors", Page(WEIGHTS))
    one_file(home, site)
    lock = home / "store" / "locks" / "m.lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock):
        done = nlptool("models", "pull", "m", "--patience", "0.1")
    assert done.code == 4
    assert "another process works on m; waiting for it" in done.stderr
    assert f"has held {lock}" in done.stderr


def test_prune_leaves_what_an_adapter_is_making(nlptool: Run, home: Path) -> None:
    setup = Setup("translate", "m", None, made=home / "store" / "made" / "key")

    def fill(new: Path) -> None:
        (new / "part").write_text("made")
        assert nlptool("models", "prune", "-f", "jsonl").rows == []
        assert (new / "part").is_file()

    assert setup.make("form", fill) == setup.make("form", fill) == setup.made / "form"
    (row,) = nlptool("models", "prune", "-f", "jsonl").rows
    assert (row["folder"], setup.made.exists()) == (str(setup.made), False)


def test_prune_takes_what_a_killed_pull_left(
    nlptool: Run, environment: Environment, work: Path, home: Path, site: Site
) -> None:
    page = Page(WEIGHTS, hold=150_000)
    site.add("/w.safetensors", page)
    one_file(home, site)
    pull = start(environment, work)
    assert page.held.wait(60)
    assert nlptool("models", "prune", "-f", "jsonl").rows == []
    os.kill(pull.pid, signal.SIGKILL)
    pull.communicate()
    shown = nlptool("models", "prune", "--dry-run", "-f", "jsonl").rows
    assert [row["folder"] for row in shown] == [str(home / "store" / "tmp" / "m")]
    assert leftovers(home) != []
    assert nlptool("models", "prune", "-f", "jsonl").rows == shown
    assert leftovers(home) == []


def test_a_damaged_model_is_told_and_pulled_again(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/a", Page(WEIGHTS))
    write(home, m=entry(f"{site.url}/a", {"a.safetensors": pin(WEIGHTS)}))
    assert nlptool("models", "pull", "m").code == 0
    file = stored(home, "m", "a.safetensors")
    file.write_bytes(WEIGHTS[:-1])
    used = nlptool("stem", "-m", "m", "running")
    assert used.code == 4
    assert "is damaged: a.safetensors has 299999 bytes, not 300000" in used.stderr
    checked = nlptool("models", "verify", "-f", "jsonl")
    assert checked.code == 4
    assert {row["model"]: row["state"] for row in checked.rows}["m"] == "damaged"
    assert nlptool("models", "pull", "m", "-f", "jsonl").rows[0]["state"] == "pulled"
    assert file.read_bytes() == WEIGHTS
