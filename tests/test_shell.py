"""Every command minds its standard output, and names that are empty or nobody's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Environment, Run

COMMANDS = [
    *("--help", "--version", "stem --help", "models list", "models path"),
    *("config", "doctor", "stem running"),
]


def shell(command: str, environment: Environment) -> tuple[int, str]:
    """The exit code and the messages of a line for the shell."""
    done = subprocess.run(
        ["sh", "-c", command.replace("nlptool", f"{sys.executable} -m nlptool")],
        capture_output=True,
        env=environment,
        timeout=300,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk(environment: Environment, command: str) -> None:
    code, stderr = shell(f"nlptool {command} > /dev/full", environment)
    assert (code, stderr) == (6, "nlptool: error: standard output: No space left on device\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_standard_output_is_closed(environment: Environment, command: str) -> None:
    code, stderr = shell(f"nlptool {command} >&-", environment)
    assert code == 6
    assert stderr.startswith("nlptool: error: standard output: ")
    assert stderr.count("\n") == 1


def test_a_setting_that_is_none(nlptool: Run) -> None:
    result = nlptool("config", "models.portr")
    assert (result.code, result.stdout) == (2, b"")
    assert "no setting is named models.portr; did you mean models.porter" in result.stderr
    assert "no setting is named nosuch; see: nlptool config" in nlptool("config", "nosuch").stderr


def test_empty_names(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "work/secret.txt").write_text("running\n")
    result = nlptool("stem", "-i", "")
    assert (result.code, result.stdout) == (3, b"")
    assert "an empty name is no file or folder" in result.stderr
    result = nlptool("stem", "running", "-o", "")
    assert (result.code, result.stdout) == (6, b"")
    assert "an empty name is no file or folder" in result.stderr
