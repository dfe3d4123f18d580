"""A folder that someone unpacked runs nothing and swaps no weights before the user trusts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run


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
