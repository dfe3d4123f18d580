"""Fixtures: nlptool run from outside, as a user runs it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("nlptool", deadline=None)
settings.load_profile("nlptool")

# A shell starts background jobs with SIGINT ignored, nohup all with SIGHUP ignored, and every child
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

Environment = dict[str, str]


@dataclass
class Result:
    """What a run of nlptool left: its exit code and both its streams."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def lines(self) -> list[str]:
        return self.stdout.decode().splitlines()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty NLPTOOL_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network for nlptool: what has to be pulled is answered by what stands in for it."""
    monkeypatch.setenv("NLPTOOL_OFFLINE", "1")


@pytest.fixture
def environment(home: Path) -> Environment:
    """The environment of a user without any configuration."""
    mine = {"NLPTOOL_HOME": str(home), "PYTHONWARNINGS": "default"}
    set_by_libraries = ("HF_HUB_OFFLINE",)
    there = {name: value for name, value in os.environ.items() if name not in set_by_libraries}
    return {**there, **mine}


@pytest.fixture
def nlptool(environment: Environment, tmp_path: Path) -> Run:
    """Run nlptool in an empty folder: nlptool("stem", "running", stdin=b"...", LANG="C")."""
    work = tmp_path / "work"
    work.mkdir()

    def run(*words: str | Path, stdin: bytes = b"", **variables: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "nlptool", *map(str, words)],
            input=stdin,
            capture_output=True,
            cwd=work,
            env={**environment, **variables},
            timeout=300,
        )
        stderr = done.stderr.decode()
        assert "Traceback" not in stderr or "--debug" in words, stderr
        return Result(done.returncode, done.stdout, stderr)

    return run


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with tiny trained models: sentiment and qa as transformers saves them, and
    sentiment-onnx and qa-onnx. The workers of one run share it."""
    from tests.tiny_models import export, train

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "tiny"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for task in ("sentiment", "qa"):
                train(task, folder / task)
                export(folder / task, folder / f"{task}-onnx", task)
    return folder
