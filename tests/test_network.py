"""No task opens a socket of the internet, whatever its library is written in."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from nlptool.ngrams import count
from nlptool.tasks import task_names
from tests import no_internet
from tests.conftest import Environment
from tests.models_file import write

DOCS = Path(__file__).parent.parent / "docs"
TINY = "TINY"
"""Stands for a language model's file."""
TASKS: dict[str, list[str | Path]] = {
    "attention": ["attention", "The animal was too tired."],
    "stem": ["stem", "running"],
    "sentiment": ["sentiment", "A warm, funny film.", "酒店很干净"],
    "qa": ["qa", "How much did the coat cost?", "--context", DOCS / "letter.txt"],
    "segment": ["segment", "我来到北京清华大学", "a word"],
    "segment-image": ["segment", DOCS / "images/fundus.png"],
    "ocr": ["ocr", DOCS / "images/notice.png"],
    "faces": ["faces", DOCS / "images/astronaut.jpg"],
    "word2vec": ["word2vec", "similar", "king", "-n", "1"],
    "translate": ["translate", "-m", "translate-en-zh-everyday", "Where is the station?"],
    "ngram": ["ngram", "table", "t", "-m", "m.ngram"],
    "next": ["next", "hello", "-m", TINY],
    "generate": ["generate", "hello", "-m", TINY],
    "embed": ["embed", "a good film", "-m", "vectors"],
    "score": ["score", "hello world", "-m", TINY],
}
"""Of a task something that it answers by a model that is here. Of others, whose weights must be
pulled, only --offline is tried."""
OTHERS: dict[str, list[str | Path]] = {
    "jobs": ["sentiment", "-i", "in.txt", "--jobs", "2"],
    "resume": ["stem", "-i", "in.txt", "--resume", "-o", "out.txt"],
    "ngram train": ["ngram", "train", "-i", "in.txt", "-o", "other.ngram"],
    "eval": ["eval", "sentiment", "data.jsonl"],
    "list": ["models", "list"],
    "verify": ["models", "verify", "sentiment-en"],
    "config": ["config"],
    "doctor": ["doctor"],
    "plugins": ["plugins"],
}


@pytest.fixture(scope="module")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests import tiny_gguf

    file = tmp_path_factory.mktemp("llama") / "tiny.gguf"
    tiny_gguf.write(tiny_gguf.reference("llama"), file)
    return file


def run(words: Sequence[str | Path], environment: Environment, folder: Path, code: int = 0) -> int:
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
    assert code is None or done.returncode in (code, -signal.SIGSYS), done.stderr
    return done.returncode


def test_the_filter_sees_a_socket(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "opens.py").write_text(
        "import socket\nsocket.socket(socket.AF_UNIX).close()\nsocket.socket()\n"
    )
    try:
        assert run(["opens"], environment, tmp_path) == -signal.SIGSYS
    except subprocess.SubprocessError:
        pytest.skip("the kernel takes no filter")


def answered(words: Sequence[str | Path], environment: Environment, folder: Path) -> None:
    """Run a command without the internet, where it finds a few files."""
    (folder / "in.txt").write_text("a good film\na bad one\n")
    (folder / "data.jsonl").write_text('{"text": "a good film", "label": "positive"}\n')
    (folder / "m.ngram").write_bytes(msgspec.msgpack.encode(count([["the", "tea"]], "letters", 2)))
    # doctor tells by its code whether what is missing keeps a task from working
    codes = (0, 4) if words == ["doctor"] else (0,)
    assert run(["nlptool", *words], environment, folder, None) in codes
    left = {file.name for file in (folder / "cache").glob("*")}
    assert left <= {"nlptool"}


@pytest.mark.parametrize("offline", [(), ("--offline",)], ids=["online", "offline"])
@pytest.mark.parametrize("task", task_names())
def test_a_task_opens_no_socket(
    task: str,
    offline: tuple[str, ...],
    environment: Environment,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    words = TASKS.get(task)
    if words is None and not offline:
        pytest.skip("no model of it is here")
    if words is None:
        assert run(["nlptool", task, "word", "--offline"], environment, tmp_path, None) >= 0
        return
    if TINY in words:
        words = [*words[:-1], request.getfixturevalue("language_model")]
    if task == "embed":
        folder = request.getfixturevalue("tiny") / "sentiment"
        model = {"task": "embed", "adapter": "transformers", "source": f"path:{folder}"}
        write(Path(environment["NLPTOOL_HOME"]), vectors=model)
    answered([*words, *offline], environment, tmp_path)


@pytest.mark.parametrize("command", OTHERS)
def test_a_command_opens_no_socket(command: str, environment: Environment, tmp_path: Path) -> None:
    answered(OTHERS[command], environment, tmp_path)


@pytest.mark.parametrize("library", ["transformers", "paddle"])
def test_a_library_opens_no_socket(
    library: str, tiny: Path, environment: Environment, tmp_path: Path
) -> None:
    pytest.importorskip(library)
    model = tiny / "sentiment" if library == "transformers" else "sentiment-zh-paddle"
    words = ["nlptool", "sentiment", "-m", model, "a good film 酒店很干净"]
    assert run(words, environment, tmp_path) == 0
