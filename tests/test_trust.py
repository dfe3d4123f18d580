"""A folder that someone unpacked runs nothing and swaps no weights before the user trusts it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Environment, Run


@pytest.fixture
def work(tmp_path: Path, nlptool: Run) -> Path:
    return tmp_path / "work"


def project(work: Path, content: dict[str, Any]) -> None:
    (work / "nlptool.yaml").write_text(json.dumps(content))


def test_an_interpreter_of_the_folder_is_not_run(nlptool: Run, work: Path) -> None:
    (work / "bin").mkdir()
    python = work / "bin" / "python"
    python.write_text(f"#!/bin/sh\ntouch {work}/ran\n")
    python.chmod(0o755)
    project(
        work,
        {
            "environments": {"e": {"interpreter": "bin/python"}},
            "models": {"porter": {"environment": "e"}},
        },
    )
    done = nlptool("stem", "running")
    assert (done.code, done.lines, (work / "ran").exists()) == (0, ["run"], False)
    told = "nlptool.yaml: environments, models.porter.environment: ignored until you say"
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert nlptool("trust").code == 0
    assert nlptool("stem", "running").code == 4
    assert (work / "ran").exists()


def test_weights_are_not_swapped(nlptool: Run, work: Path) -> None:
    project(work, {"models": {"sentiment-en": {"source": "path:mine", "adapter": "nltk"}}})
    for key in ("source", "adapter"):
        (line,) = nlptool("config", f"models.sentiment-en.{key}").lines[1:]
        assert line.split("\t")[2] == "packaged"


@pytest.mark.parametrize("more", [" ", "# a comment\n"])
def test_trust_ends_when_the_file_changes(nlptool: Run, work: Path, more: str) -> None:
    project(work, {"models": {"brief": {"task": "stem", "adapter": "nltk"}}})
    assert nlptool("stem", "-m", "brief", "running").code == 4
    assert nlptool("trust", "nlptool.yaml").code == 0
    assert nlptool("stem", "-m", "brief", "running").lines == ["run"]
    with (work / "nlptool.yaml").open("a") as file:
        file.write(more)
    done = nlptool("stem", "-m", "brief", "running")
    assert (done.code, "models.brief: ignored" in done.stderr) == (4, True)
    assert nlptool("stem", "-m", "brief", "running", "--registry", "nlptool.yaml").code == 0


def test_trust_is_of_one_place(nlptool: Run, work: Path, tmp_path: Path) -> None:
    project(work, {"models": {"brief": {"task": "stem", "adapter": "nltk"}}})
    other = tmp_path / "other"
    other.mkdir()
    (other / "nlptool.yaml").write_bytes((work / "nlptool.yaml").read_bytes())
    assert nlptool("trust", other / "nlptool.yaml").code == 0
    assert nlptool("stem", "-m", "brief", "running").code == 4


def test_what_a_project_may_say_unasked(nlptool: Run, work: Path) -> None:
    project(
        work,
        {
            "backends": {"cpu": {"threads": 1}},
            "defaults": {"stem": {"*": "lancaster"}},
            "models": {"porter": {"options": {"algorithm": "lancaster"}}},
        },
    )
    for words in ((), ("-m", "porter")):
        done = nlptool("stem", "maximum", *words)
        assert (done.lines, done.stderr) == (["maxim"], "")


def test_only_a_registry_can_be_trusted(nlptool: Run, work: Path) -> None:
    assert nlptool("trust").code == 2
    (work / "nlptool.yaml").write_text("models: [")
    assert nlptool("trust").code == 2
    (work / "nlptool.yaml").write_text("")
    assert nlptool("trust").code == 0


def test_a_local_setup_py_is_not_run(nlptool: Run, home: Path, work: Path) -> None:
    package = work / "sub" / "package"
    package.mkdir(parents=True)
    (package / "setup.py").write_text(f"open({str(work / 'ran')!r}, 'w')\nimport sys; sys.exit(1)")
    content = {"environments": {"e": {"requirements": [["sub/package"]]}}}
    project(work, content)
    assert nlptool("plugins", "install", "e").code != 0
    (home / "models.yaml").write_text(json.dumps(content))
    done = nlptool("plugins", "install", "e")
    assert (done.code, "is a file or folder here" in done.stderr) == (2, True)
    (work / "venv.py").write_text(f"open({str(work / 'ran')!r}, 'w')")
    (home / "models.yaml").write_text(
        json.dumps({"environments": {"e": {"requirements": [["no-such-package-at-all"]]}}})
    )
    assert nlptool("plugins", "install", "e", PIP_NO_INDEX="1").code == 4
    assert not (work / "ran").exists()


def test_no_module_of_the_folder_is_imported(environment: Environment, work: Path) -> None:
    (work / "msgspec.py").write_text(f"open({str(work / 'ran')!r}, 'w')\n")
    (work / "in.txt").write_text("running\nflies\n")
    command = [sys.executable, "-P", "-m", "nlptool", "stem", "-i", "in.txt", "--jobs", "2"]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True)
    assert (done.stdout, done.stderr) == (b"run\nfli\n", b"")
    assert not (work / "ran").exists()


@pytest.mark.parametrize("name", ["{up}proc/self/cwd/x[1].onnx", "{up}{work}/*.onnx", "/{work}/x"])
def test_options_do_not_swap_weights(nlptool: Run, work: Path, name: str) -> None:
    (work / "x[1].onnx").write_bytes(b"what a stranger has made")
    told = name.format(up="../" * 40, work=str(work).lstrip("/"))
    project(work, {"models": {"ppocr-v6": {"options": {"recognition": told}}}})
    done = nlptool("ocr", Path(__file__).parent.parent / "docs/images/notice.png")
    assert (done.code, "leads out of its folder" in done.stderr) == (4, True)


def test_a_model_s_own_code_is_not_run(nlptool: Run, work: Path) -> None:
    pytest.importorskip("transformers")
    folder = work / "model"
    folder.mkdir()
    (folder / "own.py").write_text(f"open({str(work / 'ran')!r}, 'w')\n")
    code = {"AutoConfig": "own.Config", "AutoModelForSequenceClassification": "own.Model"}
    config = {"model_type": "own", "auto_map": code, "id2label": {"0": "a", "1": "b"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(b"")
    (work / "data.jsonl").write_text('{"text": "a", "label": "a"}\n{"text": "b", "label": "b"}\n')
    for words in (
        ("models", "convert", "model", "-o", "out", "--to", "onnx", "--task", "sentiment"),
        ("models", "convert", "model", "-o", "out", "--to", "ctranslate2", "--task", "translate"),
        ("finetune", "sentiment", "data.jsonl", "--base", "./model", "-o", "out"),
        ("sentiment", "-m", "./model", "text"),
    ):
        done = nlptool(*words, stdin=b"y\n" * 9)
        assert (done.code, done.stdout, done.stderr.count("\n")) == (4, b"", 1)
        assert "code" in done.stderr
    assert not (work / "ran").exists()
