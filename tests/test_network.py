"""No task opens a socket of the internet, whatever its library is written in."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import no_internet
from tests.conftest import Environment

DOCS = Path(__file__).parent.parent / "docs"
TASKS = {
    "stem": ["stem", "running"],
    "sentiment": ["sentiment", "A warm, funny film.", "酒店很干净"],
    "qa": ["qa", "How much did the coat cost?", "--context", DOCS / "letter.txt"],
    "segment": ["segment", "我来到北京清华大学", "a word"],
    "picture": ["segment", DOCS / "images/fundus.png"],
    "ocr": ["ocr", DOCS / "images/notice.png"],
    "word2vec": ["word2vec", "similar", "king", "-n", "1"],
    "translate": ["translate", "-m", "translate-en-zh-everyday", "Where is the station?"],
    "list": ["models", "list"],
    "doctor": ["doctor"],
}


def run(words: Sequence[str | Path], environment: Environment, folder: Path) -> int:
    if not no_internet.supported():
        pytest.skip("no filter is known for this machine")
    user = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        env={**environment, **user},
        cwd=folder,
        capture_output=True,
        timeout=300,
        preexec_fn=no_internet.forbid,
    )
    assert done.returncode in (0, -signal.SIGSYS), done.stderr
    return done.returncode


def test_the_filter_sees_a_socket(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "opens.py").write_text(
        "import socket\nsocket.socket(socket.AF_UNIX).close()\nsocket.socket()\n"
    )
    try:
        assert run(["opens"], environment, tmp_path) == -signal.SIGSYS
    except subprocess.SubprocessError:
        pytest.skip("the kernel takes no filter")


@pytest.mark.parametrize("offline", [(), ("--offline",)], ids=["online", "offline"])
@pytest.mark.parametrize("task", TASKS)
def test_a_task_opens_no_socket(
    task: str, offline: tuple[str, ...], environment: Environment, tmp_path: Path
) -> None:
    words = TASKS[task]
    if task in ("list", "doctor") and offline:
        pytest.skip("has no such option")
    assert run(["nlptool", *words, *offline], environment, tmp_path) == 0
    left = {file.name for file in (tmp_path / "cache").glob("*")}
    assert left <= {"nlptool"}


@pytest.mark.parametrize("library", ["transformers", "paddle"])
def test_a_library_opens_no_socket(
    library: str, tiny: Path, environment: Environment, tmp_path: Path
) -> None:
    pytest.importorskip(library)
    model = tiny / "sentiment" if library == "transformers" else "sentiment-zh-paddle"
    words = ["nlptool", "sentiment", "-m", model, "a good film 酒店很干净"]
    assert run(words, environment, tmp_path) == 0
