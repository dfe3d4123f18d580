"""Environments made by pip from a folder of wheels, used, damaged, made again and removed."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Environment, Run

PLUGIN = '''
from nlptool.plugins.adapter import Adapter
from nlptool.tasks.stem import Stem

class Loud(Adapter):
    """Uses a library that only its environment has."""

    tasks = ("stem",)
    needs = {"louder": "louder"}

    def __init__(self, setup):
        super().__init__(setup)
        import louder
        self.shout = louder.shout

    def predict(self, batch, params):
        return [Stem(self.shout(record.text)) for record in batch]
'''
LOUDER = {
    "louder.py": "def shout(text): return text.upper() + '!'",
    "louder-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: louder\nVersion: 1.0\n",
    "louder-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "louder-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the wheels of a library and of msgspec, as it is installed here."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "louder-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in LOUDER.items():
            wheel.writestr(name, text)
    msgspec = importlib.metadata.distribution("msgspec")
    tag = next(line for line in str(msgspec.read_text("WHEEL")).splitlines() if "Tag: " in line)
    name = f"msgspec-{msgspec.version}-{tag.removeprefix('Tag: ')}.whl"
    with zipfile.ZipFile(folder / name, "w") as wheel:
        for file in msgspec.files or ():
            if file.suffix != ".pyc":
                wheel.write(msgspec.locate_file(file), str(file))
    return folder


@pytest.fixture
def environment(environment: Environment, wheels: Path) -> Environment:
    """pip set to that folder alone."""
    return {**environment, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


@pytest.fixture
def small(nlptool: Run, home: Path) -> Run:
    """nlptool with a model in an environment of one small library."""
    (home / "plugins").mkdir()
    (home / "plugins" / "loud.py").write_text(PLUGIN)
    write(home, {"requirements": [["louder==1.0"]]})
    return nlptool


def write(home: Path, environment: dict[str, Any]) -> None:
    model = {"task": "stem", "adapter": "loud", "environment": "small"}
    registry = {"environments": {"small": environment}, "models": {"loud": model}}
    (home / "models.yaml").write_text(json.dumps(registry))


def state(small: Run) -> dict[str, Any]:
    rows = small("plugins", "list", "-f", "jsonl").rows
    (row,) = (row for row in rows if (row["name"], row["kind"]) == ("small", "environment"))
    return row


def test_from_nothing_to_nothing(small: Run, home: Path, environment: Environment) -> None:
    row = state(small)
    assert (row["state"], row["install"]) == ("not installed", "nlptool plugins install small")
    words = [sys.executable, "-m", "nlptool", "plugins", "install", "small", "-f", "jsonl"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=300)[0]) for process in both]
    assert sorted(row["made"] for row in told) == [False, True]
    row = state(small)
    assert (row["state"], row["install"]) == ("ready", "")
    assert row["size"] > 1_000_000

    assert small("stem", "-m", "loud", "hello", "world").lines == ["HELLO!", "WORLD!"]
    write(home, {"requirements": [["louder>=1"]]})
    outdated = small("stem", "-m", "loud", "hello")
    assert outdated.lines == ["HELLO!"]
    assert "the environment small is outdated; make it anew: nlptool plugins" in outdated.stderr

    folder = home / "environments" / "small"
    (folder / "bin" / "python").unlink()
    assert (
        "the environment small is damaged; make it with: "
        in small("stem", "-m", "loud", "x").stderr
    )
    (folder / "environment.json").unlink()
    assert state(small)["state"] == "incomplete"
    incomplete = small("stem", "-m", "loud", "x")
    assert (incomplete.code, "small is incomplete" in incomplete.stderr) == (4, True)

    assert small("plugins", "remove", "small", "-f", "jsonl").rows[0]["removed"]
    assert not folder.exists()
    assert not small("plugins", "remove", "small", "-f", "jsonl").rows[0]["removed"]


def test_what_cannot_be_made_leaves_nothing(small: Run, home: Path, wheels: Path) -> None:
    (wheels / "louder-1.0-py3-none-any.whl").unlink()
    done = small("plugins", "install", "small")
    assert done.code == 4
    assert "the environment small cannot be made: ERROR: No matching" in done.stderr
    assert not (home / "environments" / "small").exists()


@pytest.mark.parametrize(
    ("entry", "words", "code", "message"),
    [
        ({}, ["small", "--offline"], 4, "offline: the environment small cannot be made"),
        ({}, ["smal"], 4, "no environment is named smal; did you mean small?"),
        ({}, ["xyz"], 4, "no environment is named xyz; there are: paddlehub, small"),
        ({"python": "3.99"}, ["small"], 4, "there is no python3.99 on the PATH"),
        ({"interpreter": "/x"}, ["small"], 2, "nlptool installs nothing there"),
        ({"requirements": [["--index-url=x"]]}, ["small"], 2, "environments.small.requirements"),
        ({"python": "2"}, ["small"], 2, "environments.small.python"),
    ],
)
def test_wrong_wishes(
    small: Run, home: Path, entry: dict[str, Any], words: list[str], code: int, message: str
) -> None:
    write(home, entry)
    done = small("plugins", "install", *words)
    assert (done.code, done.stdout) == (code, b"")
    assert message in done.stderr
    assert not (home / "environments" / "small").exists()


def test_no_room(small: Run, home: Path) -> None:
    (home / "environments").write_text("a file where a folder should be")
    done = small("plugins", "install", "small")
    assert done.code == 6
    assert f"{home}/environments" in done.stderr
