"""What a model is made of is verified whenever it is used, wherever it lies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlptool.config.registry import load
from nlptool.errors import ModelError
from nlptool.models.store import Place, Store
from nlptool.models.store.stamp import verify
from tests.conftest import Environment, Run
from tests.models_file import WEIGHTS, entry, pin, stored, write

LARGE = WEIGHTS * 5


@pytest.fixture
def model(home: Path, nlptool: Run, tmp_path: Path) -> Path:
    """The folder that the user's model "m" is pulled from: a small file and a large one."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "config.json").write_bytes(b'{"labels": ["bad", "good"]}')
    (folder / "w.onnx").write_bytes(LARGE)
    files = {file.name: pin(file.read_bytes()) for file in folder.iterdir()}
    write(home, m=entry(f"{folder.as_uri()}/", files), here=entry(f"path:{folder}", files))
    assert nlptool("models", "pull", "m").code == 0
    return folder


def damage(file: Path, old: bytes, new: bytes) -> None:
    """Change a file in place, its size and its time of change kept."""
    before = file.stat()
    with file.open("r+b") as data:
        content = data.read()
        data.seek(content.index(old))
        data.write(new)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("name", ["m", "here"])
@pytest.mark.parametrize("file", ["config.json", "w.onnx"])
def test_an_edit_of_the_same_size(
    nlptool: Run, home: Path, model: Path, name: str, file: str
) -> None:
    words = ("stem", "-m", name, "running")
    for _ in range(2):
        assert nlptool(*words).lines == ["run"]
    path = stored(home, "m", file) if name == "m" else model / file
    old, new = (b'"bad", "good"', b'"good", "bad"') if file == "config.json" else (b"", b"\0\0\0")
    damage(path, old, new)
    for _ in range(2):
        done = nlptool(*words)
        assert (done.code, f"{name} is damaged: {file} has the sha256" in done.stderr) == (4, True)


def test_a_store_that_cannot_be_written(nlptool: Run, home: Path, model: Path) -> None:
    (home / "store" / "stamps").write_text("in the way")
    assert nlptool("stem", "-m", "m", "running").lines == ["run"]
    damage(stored(home, "m", "w.onnx"), b"", b"\0\0\0")
    assert nlptool("stem", "-m", "m", "running").code == 4


def test_the_package_s_own_files(tmp_path: Path) -> None:
    model = load().models["sentiment-en"]
    source = tmp_path / "weights"
    source.mkdir()
    place = Store().place("sentiment-en", model)
    assert place is not None
    for file in model.files:
        (source / file).write_bytes((place.folder / file).read_bytes())
    store, copy = Store(tmp_path / "store"), Place(source, place.source)
    verify(store, "sentiment-en", model, copy)
    damage(source / "config.json", b"{", b" ")
    with pytest.raises(ModelError, match=r"config\.json has the sha256"):
        verify(store, "sentiment-en", model, copy)


def test_models_added_at_once_are_all_kept(environment: Environment, tmp_path: Path) -> None:
    running = []
    for number in range(6):
        folder = tmp_path / f"folder-{number}"
        folder.mkdir()
        (folder / "words.txt").write_text(str(number))
        words = ["models", "add", folder, "--task", "stem", "--adapter", "nltk"]
        command = [sys.executable, "-m", "nlptool", *words]
        running.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    assert [process.wait(120) for process in running] == [0] * 6
    listed = subprocess.run(
        [sys.executable, "-m", "nlptool", "models", "list", "-f", "json"],
        env=environment,
        capture_output=True,
        check=True,
    )
    there = {row["model"] for row in json.loads(listed.stdout)}
    assert {f"folder-{number}" for number in range(6)} <= there
