"""Modules of PaddleHub, trained here and installed by its own command, answer through nlptool.

They run in the environment that ``nlptool plugins install paddlehub`` makes, in a Python in which
every socket is forbidden.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from nlptool_plugins.paddlehub.adapter import PaddleHub, sentiment_of
from nlptool_plugins.segmentation.masks import mask_of
from PIL import Image

from nlptool.config.registry import load
from nlptool.errors import ModelError
from nlptool.isolation.adapter import IsolatedAdapter
from nlptool.isolation.environments import interpreter_of, state_of
from nlptool.plugins.adapter import Setup
from nlptool.tasks.picture import MaskParams, Picture
from tests.conftest import Run

ENVIRONMENT = load().environments["paddlehub"]
PYTHON = interpreter_of("paddlehub", ENVIRONMENT)
needs_paddlehub = pytest.mark.skipif(
    state_of("paddlehub", ENVIRONMENT) != "ready",
    reason="needs an environment of 2 GB: nlptool plugins install paddlehub",
)
SOURCES = Path(__file__).with_name("hub")
LAC = (SOURCES / "lac_tiny" / "module.py").read_text()
TEXTS = ["这家酒店真不错", "味道太烂了", "我很喜欢这本书"]

WITHOUT_SOCKETS = """#!{python} -I
import os
import runpy
import sys


def forbid(event, _arguments):
    if event.startswith("socket."):
        os.write(2, f"SOCKET {{event}}".encode())
        os._exit(99)


sys.addaudithook(forbid)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with all modules, the model trained, and senta_tiny installed in hub-home."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "hub"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.copytree(SOURCES, folder)
            senta = ("senta_tiny", "senta_layer", "senta_plain")
            run(folder, PYTHON, "train.py", *senta)
            run(folder, PYTHON.with_name("hub"), "install", "senta_tiny")
    return folder


def run(modules: Path, *command: str | Path) -> str:
    """What a program of the environment prints."""
    environment = {**os.environ, "HUB_HOME": str(modules / "hub-home"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, cwd=modules, env=environment, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The environment's Python, without sockets."""
    file = tmp_path / "python"
    file.write_text(WITHOUT_SOCKETS.format(python=PYTHON))
    file.chmod(0o755)
    return file


@pytest.fixture
def hub(nlptool: Run, home: Path, python: Path, modules: Path) -> Run:
    """nlptool with that Python, in whose PaddleHub senta_tiny is installed."""
    registry = {"environments": {"paddlehub": {"interpreter": str(python)}}}
    (home / "models.yaml").write_text(json.dumps(registry))

    def ask(*words: str | Path) -> object:
        return nlptool(*words, HUB_HOME=str(modules / "hub-home"))

    return ask  # type: ignore[return-value]


@needs_paddlehub
def test_an_installed_module_answers_as_through_paddlehub(hub: Run, modules: Path) -> None:
    told = f"""import json, paddlehub
module = paddlehub.Module(name="senta_tiny")
print(json.dumps(module.sentiment_classify(texts={TEXTS!r}, batch_size=2)))"""
    theirs = json.loads(run(modules, PYTHON, "-c", told).splitlines()[-1])
    texts = [*TEXTS[:1], "坏", " ", *TEXTS[1:]]
    ours = hub("sentiment", "-m", "hub:senta_tiny", "--style", "paddlehub", "-f", "jsonl", *texts)
    rows = [{key: row[key] for key in row if key != "id"} for row in ours.rows]
    assert [rows[0], *rows[2:]] == theirs
    assert [row["sentiment_label"] for row in rows] == [1, None, 0, 1]
    assert ours.code == 1
    failed, summary = ours.stderr.splitlines()
    assert failed.endswith("model hub:senta_tiny: ValueError: a text that this module cannot bear")
    assert summary.endswith("1 of 5 records failed")


@needs_paddlehub
@pytest.mark.parametrize("module", ["senta_layer", "senta_plain"])
def test_faults_of_paddlehub_are_gone_round(hub: Run, modules: Path, module: str) -> None:
    ours = hub("sentiment", "-m", f"hub:{modules / module}", "--probs", "-f", "jsonl", *TEXTS)
    assert [row["label"] for row in ours.rows] == ["positive", "negative", "positive"], ours.stderr
    assert all(sum(row["probs"].values()) == pytest.approx(1) for row in ours.rows)
    assert ours.stderr == ""


@needs_paddlehub
def test_words(hub: Run, modules: Path) -> None:
    words = ("segment", "-m", f"hub:{modules / 'lac_tiny'}", "--pos", "--offsets")
    done = hub(*words, "今天是个好天气。", " ", "天气 好")
    assert done.lines == [
        "今天/TIME[0:2] 是/v[2:3] 个/q[3:4] 好天气/n[4:7] 。/w[7:8]",
        "",
        "天气/n[0:2] 好/a[3:4]",
    ]


@pytest.fixture
def bright(python: Path, modules: Path) -> Iterator[IsolatedAdapter]:
    """A module for pictures, asked without the command line."""
    setup = Setup("segment-image", "bright", modules / "bright")
    adapter = IsolatedAdapter(setup, PaddleHub, python)
    yield adapter
    adapter.close()


@needs_paddlehub
def test_masks(bright: IsolatedAdapter) -> None:
    pixels = np.zeros((4, 6, 3), "uint8")
    pixels[1:3, 2:6, 2] = 200
    (found,) = bright.predict([Picture("p.png", 1, lambda: Image.fromarray(pixels))], MaskParams())
    assert np.array_equal(found.mask, (pixels[:, :, 2] > 0).astype("uint8"))
    foreground = found.regions[1]
    assert (foreground.label, foreground.pixels, foreground.box) == ("foreground", 8, (2, 1, 6, 3))


@needs_paddlehub
@pytest.mark.parametrize(
    ("module", "message"),
    [
        (f"{LAC}raise RuntimeError('not today')", "cannot be loaded: RuntimeError: not today"),
        ("x = 1", "module.py has no class with @moduleinfo"),
        ("def broken(", "cannot be loaded: SyntaxError"),
        (LAC, "is not for sentiment: the module lac_tiny has no method sentiment_classify"),
        (None, "has no file module.py"),
    ],
)
def test_modules_that_are_none(
    python: Path, tmp_path: Path, module: str | None, message: str
) -> None:
    folder = tmp_path / "some.module"
    folder.mkdir()
    if module:
        (folder / "module.py").write_text(module)
    with pytest.raises(ModelError, match=message):
        IsolatedAdapter(Setup("sentiment", "m", folder), PaddleHub, python)


@needs_paddlehub
def test_a_module_that_is_not_installed_is_not_downloaded(hub: Run) -> None:
    done = hub("sentiment", "-m", "hub:senta_tyny", "x")
    assert done.code == 4
    assert "did you mean senta_tiny, or install it with: " in done.stderr


@pytest.mark.parametrize(
    ("model", "code", "message"),
    [
        ("hub:senta_lstm", 4, "make it with: nlptool plugins install paddlehub"),
        ("hub:no/folder", 4, "no/folder: no such folder"),
        ("hub:", 2, "expected hub:NAME or hub:FOLDER"),
    ],
)
def test_without_the_environment(nlptool: Run, model: str, code: int, message: str) -> None:
    done = nlptool("sentiment", "-m", model, "好")
    assert (done.code, done.stdout) == (code, b"")
    assert message in done.stderr


def test_labels_are_what_has_a_probability() -> None:
    found = sentiment_of({"text": "x", "positive_probs": 0.2, "neutral_probs": 0.8, "other": 1})
    assert (found.label, found.score) == ("neutral", 0.8)
    assert found.probs == {"positive": 0.2, "neutral": 0.8}


def test_regions_of_a_mask() -> None:
    mask = np.array([[0, 2, 2], [0, 0, 2]], "uint8")
    regions = mask_of(mask, ("ground", "disc")).regions
    assert [(region.label, region.pixels, region.share) for region in regions] == [
        ("ground", 3, 0.5),
        ("class 2", 3, 0.5),
    ]
    assert regions[1].box == (1, 0, 3, 2)
