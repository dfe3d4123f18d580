"""The paddle adapter on tiny models of all three generations, and on damaged ones."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from nlptool_plugins.paddle.text import Classifier
from nlptool_plugins.paddle.weights import is_whole

from nlptool.errors import ModelError
from nlptool.plugins.adapter import Setup
from nlptool.tasks.base import Text
from nlptool.tasks.sentiment import Params
from tests.conftest import Run
from tests.tiny_models import texts

FORMS = ("json", "pdmodel", "__model__")

pytestmark = pytest.mark.skipif(find_spec("paddle") is None, reason="paddlepaddle is not installed")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model of each form."""
    folder = tmp_path_factory.mktemp("paddle")
    script = Path(__file__).with_name("tiny_paddle.py")
    for form in FORMS:
        command = [sys.executable, "-W", "ignore", str(script), str(folder / form), form]
        subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    """A copy of the newest form, to be damaged."""
    return Path(shutil.copytree(made / "json", tmp_path / "copied"))


@pytest.mark.parametrize("form", FORMS)
def test_every_generation_answers_and_is_silent(nlptool: Run, made: Path, form: str) -> None:
    done = nlptool(
        "sentiment", "-m", made / form, "good service", "a bad and rude letter", "", "--probs"
    )
    assert (done.code, done.stderr) == (0, "")
    assert done.lines == [
        "positive\t0.7311\tnegative=0.2689\tpositive=0.7311",
        "negative\t0.8808\tnegative=0.8808\tpositive=0.1192",
        "",
    ]


def load(folder: Path, **setup: Any) -> Classifier:
    """The adapter of a folder."""
    return Classifier(Setup("sentiment", folder.name, folder, **setup))


@pytest.mark.parametrize("threads", [1, 3])
def test_an_answer_does_not_depend_on_its_neighbours(made: Path, threads: int) -> None:
    records = [Text(text) for text, _ in texts(random.Random(1), 70)]
    records.append(Text("good " * 500 + "bad"))
    adapter = load(made / "json", threads=threads)
    together = adapter.predict(records, Params())
    assert together == [adapter.predict([record], Params())[0] for record in records]
    adapter.close()


def cut(name: str, size: int) -> Callable[[Path], None]:
    """A damage: the first bytes of a file are all that is left."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:size])


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "weights cut": (cut("inference.pdiparams", 300), "inference.pdiparams is damaged"),
    "no weights": (cut("inference.pdiparams", 0), "inference.pdiparams is damaged"),
    "program cut": (cut("inference.json", 900), "Paddle cannot read inference.json"),
    "no program": (
        lambda folder: (folder / "inference.json").unlink(),
        "expected X.json or X.pdmodel beside X.pdiparams",
    ),
    "two programs": (
        lambda folder: [
            shutil.copy(folder / f"inference{end}", folder / f"other{end}")
            for end in (".json", ".pdiparams")
        ],
        "several programs: inference, other",
    ),
    "tokenizer cut": (cut("tokenizer.json", 100), "tokenizer.json: "),
    "no tokenizer": (
        lambda folder: (folder / "tokenizer.json").unlink(),
        "has no file tokenizer.json",
    ),
    "config cut": (cut("config.json", 5), "config.json: "),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_folder_is_one_clear_line(nlptool: Run, copied: Path, name: str) -> None:
    damage, message = DAMAGES[name]
    damage(copied)
    done = nlptool("sentiment", "-m", copied, "good")
    assert (done.code, done.stdout) == (4, b"")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_weights_are_whole_at_their_full_length_only(made: Path, tmp_path: Path) -> None:
    data = (made / "json" / "inference.pdiparams").read_bytes()
    file = tmp_path / "weights"
    for size in range(len(data)):
        file.write_bytes(data[:size])
        assert not is_whole(file)
    file.write_bytes(data)
    assert is_whole(file)
    file.write_bytes(data * 2)
    assert is_whole(file)


def test_a_device_that_this_paddle_cannot_use(nlptool: Run, made: Path) -> None:
    done = nlptool("sentiment", "-m", made / "json", "--device", "cuda", "good")
    assert done.code in (0, 5)
    assert done.code == 0 or "cuda" in done.stderr


def test_another_task_is_refused(made: Path, nlptool: Run) -> None:
    done = nlptool("qa", "-m", made / "json", "who ?", "--context-text", "peter")
    assert done.code == 4
    assert "the adapter paddle does not do qa" in done.stderr


def test_the_shipped_weights_agree_on_both_engines(nlptool: Run) -> None:
    lines = [
        "房间很干净，服务热情",
        "味道太差了，再也不来",
        "你长得真好看",
        "还行吧 👍",
        "好" * 3000,
    ]
    found = [
        nlptool("sentiment", "-m", name, *lines, "--probs", "-f", "jsonl", "--offline")
        for name in ("sentiment-zh", "sentiment-zh-paddle")
    ]
    assert [done.code for done in found] == [0, 0]
    for one, other in zip(found[0].rows, found[1].rows, strict=True):
        assert one["label"] == other["label"]
        assert one["probs"] == pytest.approx(other["probs"], abs=1e-4)


def test_a_model_that_is_no_classifier(copied: Path) -> None:
    program = copied / "inference.json"
    program.write_text(program.read_text().replace("attention_mask", "attention_masc"))
    with pytest.raises(ModelError, match="is no text classifier: it makes"):
        load(copied)
