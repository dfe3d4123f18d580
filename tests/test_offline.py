"""Offline is proved: commands run in a process in which every socket is forbidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Environment, Run
from tests.models_file import WEIGHTS, entry, pin, write

NOTICE = str(Path(__file__).parent.parent / "docs" / "images" / "notice.png")

FORBID = """
import os
import sys

def forbid(event, _arguments):
    if event.startswith("socket."):
        os.write(2, f"SOCKET {event}\\n".encode())
        os._exit(99)

sys.addaudithook(forbid)
"""


@pytest.fixture
def environment(environment: Environment, tmp_path: Path) -> Environment:
    """Python that ends itself when anything in it asks for a socket or a name's address."""
    folder = tmp_path / "no-sockets"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(FORBID)
    path = f"{folder}:{environment.get('PYTHONPATH', '')}"
    return {**environment, "PYTHONPATH": path, "NLPTOOL_OFFLINE": "1"}


def test_the_proof_works(nlptool: Run, home: Path) -> None:
    write(home, m=entry("http://127.0.0.1:9/w", {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", NLPTOOL_OFFLINE="0")
    assert done.code == 99
    assert "SOCKET socket." in done.stderr


COMMANDS = [
    ("--help",),
    ("--version",),
    ("config",),
    ("plugins",),
    ("stem", "running"),
    ("stem", "-m", "m", "running"),
    ("segment", "我们在野生动物园玩"),
    ("ocr", NOTICE),
    ("word2vec", "similar", "king"),
    ("doctor",),
    ("models", "--help"),
    ("models", "list"),
    ("models", "show", "m"),
    ("models", "show", "minilm"),
    ("models", "pull", "m"),
    ("models", "verify"),
    ("models", "path", "m"),
    ("models", "licenses"),
    ("models", "export", "b.tar", "m"),
    ("models", "prune"),
]
REFUSED = [
    ("stem", "-m", "far", "running"),
    ("models", "pull", "far"),
    ("models", "add", "hf:org/name"),
]


@pytest.fixture
def models(nlptool: Run, home: Path, tmp_path: Path) -> None:
    """One model that is here, one that is not."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "w").write_bytes(WEIGHTS)
    here = entry(f"path:{folder}", {"w": pin(WEIGHTS)})
    write(home, m=here, far=entry("https://example.invalid/w", {"w": pin(WEIGHTS)}))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_without_sockets(nlptool: Run, models: None, words: tuple[str, ...]) -> None:
    done = nlptool(*words)
    assert done.code == 0, done.stderr


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_a_command_that_needs_a_network(nlptool: Run, models: None, words: tuple[str, ...]) -> None:
    done = nlptool(*words)
    assert done.code == 4
    assert "offline" in done.stderr


def test_moving_models_without_sockets(nlptool: Run, home: Path, models: None) -> None:
    assert nlptool("models", "export", "b.tar", "m").code == 0
    assert nlptool("models", "import", "b.tar").code == 0
    assert nlptool("models", "rm", "m").code == 0
