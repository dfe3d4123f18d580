"""Plugins of third parties: a package of thirty lines, and a file of the user."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "nlptool-shout"
version = "2.5"
[project.entry-points."nlptool.adapters"]
shout = "shout:Shout"
broken = "shout:Nothing"
[tool.hatch.build.targets.wheel]
only-include = ["shout.py"]
"""
MODULE = '''
"""A third party's plugin."""
from collections.abc import Sequence

import msgspec

from nlptool.plugins.adapter import Adapter, Setup
from nlptool.errors import RecordError
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Stem


class Options(msgspec.Struct, forbid_unknown_fields=True):
    mark: str = "!"


class Shout(Adapter[Text, Stem]):
    """Texts in capitals."""

    tasks = ("stem",)
    needs = {"LIBRARY": "shout-library"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.mark = setup.read_options(Options).mark

    def predict(self, batch: Sequence[Text], params: object) -> list[Stem | RecordError]:
        return [Stem(record.text.upper() + self.mark) for record in batch]
'''


def installed(package: Path, tmp_path: Path) -> str:
    """PYTHONPATH with a package of a third party."""
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    build = ["--no-build-isolation", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*pip, *build, str(package)], check=True, capture_output=True)
    return os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))


@pytest.fixture
def shout(tmp_path: Path, nlptool: Run) -> Run:
    """nlptool with a third party's package installed beside it."""
    package = tmp_path / "shout"
    package.mkdir()
    (package / "pyproject.toml").write_text(PYPROJECT)
    (package / "shout.py").write_text(MODULE.replace("LIBRARY", "json"))
    path = installed(package, tmp_path)
    registry = tmp_path / "registry.yaml"
    registry.write_text("models: {loud: {task: stem, adapter: shout, options: {mark: '?'}}}")

    def run(*words: str) -> object:
        options = ("--registry", registry, "--model", "loud") if words[0] == "stem" else ()
        return nlptool(*words, *options, PYTHONPATH=path)

    return run  # type: ignore[return-value]


def test_a_package_is_found_used_and_listed(shout: Run, tmp_path: Path) -> None:
    assert shout("stem", "running").lines == ["RUNNING?"]
    assert shout("stem", "running", "-O", "mark=.").lines == ["RUNNING."]
    wrong = shout("stem", "running", "-O", "marks=.")
    assert (wrong.code, "model loud: options: Object contains" in wrong.stderr) == (2, True)
    plugins = {row["name"]: row for row in shout("plugins", "-f", "jsonl").rows}
    assert plugins["shout"] == {
        "name": "shout",
        "kind": "adapter",
        "tasks": ["stem"],
        "version": "2.5",
        "state": "ready",
        "size": None,
        "from": "nlptool-shout",
        "install": "",
    }
    assert "has no attribute 'Nothing'" in plugins["broken"]["install"]
    assert plugins["nltk"]["from"] == "nlptool"


def test_a_missing_library_is_named_with_its_cure(shout: Run, tmp_path: Path) -> None:
    (tmp_path / "site" / "shout.py").write_text(MODULE.replace("LIBRARY", "nothing_like_it"))
    result = shout("stem", "x")
    assert result.code == 4
    assert (
        "nothing_like_it is not installed; install it with: pip install 'shout-library'"
        in result.stderr
    )
    plugins = {row["name"]: row for row in shout("plugins", "-f", "jsonl").rows}
    assert plugins["shout"]["state"] == "not installed"
    assert plugins["shout"]["install"] == "pip install 'shout-library'"


def test_no_plugin_is_imported_before_use(nlptool: Run, home: Path, tmp_path: Path) -> None:
    (home / "plugins").mkdir()
    touched = tmp_path / "touched"
    (home / "plugins" / "spy.py").write_text(f"open({str(touched)!r}, 'w')")
    assert nlptool("stem", "running").code == 0
    assert nlptool("--help").code == 0
    assert not touched.exists()


def test_config_names_the_place_of_each_value(nlptool: Run, home: Path) -> None:
    (home / "models.yaml").write_text("models:\n  porter:\n    licence: mine\n")
    rows = {row["key"]: row for row in nlptool("config", "models.porter", "-f", "jsonl").rows}
    assert rows["models.porter.licence"] == {
        "key": "models.porter.licence",
        "value": "mine",
        "layer": "user",
        "place": f"{home}/models.yaml:3",
    }
    assert rows["models.porter.task"]["layer"] == "packaged"
    files = {row["layer"]: row for row in nlptool("config", "--files", "-f", "jsonl").rows}
    assert files["user"] == {"layer": "user", "file": f"{home}/models.yaml", "there": True}


PAGE = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text(encoding="utf-8")


@pytest.fixture
def syllables(tmp_path: Path, nlptool: Run) -> Run:
    """nlptool with the package of the page "Write a plugin"."""
    blocks = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
    sources = [text for kind, text in blocks if kind in ("toml", "python", "yaml")]
    files = ("pyproject.toml", "__init__.py", "command.py", "models.yaml")
    package = tmp_path / "package"
    (package / "syllables").mkdir(parents=True)
    for name, text in zip(files, sources, strict=True):
        folder = package if name == "pyproject.toml" else package / "syllables"
        (folder / name).write_text(text)
    code = [line for text in sources[1:3] for line in text.splitlines() if line.strip()]
    assert len(code) <= 60
    site = installed(package, tmp_path)
    return lambda *words, **more: nlptool(*words, PYTHONPATH=site, **more)


def test_the_page_brings_a_task_an_adapter_and_a_command(syllables: Run) -> None:
    assert "  syllables  Count syllables.\n" in syllables("--help").stdout.decode()
    first = syllables("stem", "-f", "jsonl", stdin=b"bananas\nphilosophy\n")
    second = syllables(
        "syllables", "--field", "stem", "--input-format", "jsonl", stdin=first.stdout
    )
    assert second.lines == ["3", "4"]
    done = syllables("syllables", "--letters", "a", "--jobs", "2", "-f", "jsonl", stdin=b"Banana\n")
    assert done.rows == [{"id": 1, "syllables": 3}]
    assert syllables("syllables", "--letters").code == 2
    rows = {row["model"]: row for row in syllables("models", "list", "-f", "jsonl").rows}
    assert rows["vowels"]["task"] == "syllables"
    assert "syllables" in {row["what"] for row in syllables("doctor", "-f", "jsonl").rows}


def test_a_command_that_cannot_be_imported_is_one_line(tmp_path: Path, nlptool: Run) -> None:
    info = tmp_path / "site" / "bad-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text("[nlptool.commands]\nbad = bad_command\n")
    (tmp_path / "site" / "bad_command.py").write_text("raise ValueError('two\\nlines')\n")
    done = nlptool("bad", PYTHONPATH=str(tmp_path / "site"))
    assert (done.code, done.stderr.count("\n")) == (70, 1)
    assert "the command bad (bad_command) cannot be imported: ValueError: two lines" in done.stderr
    assert nlptool("--help", PYTHONPATH=str(tmp_path / "site")).code == 0
