"""README: its examples print what it says, its table is the code's, every command has help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from nlptool.cli import app
from nlptool.errors import FAILURES
from tests.conftest import Environment

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_examples_print_what_readme_says(environment: Environment) -> None:
    script = [sys.executable, str(ROOT / "scripts" / "examples.py")]
    done = subprocess.run(script, env=environment, capture_output=True, timeout=600)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_the_table_of_exit_codes() -> None:
    assert "| 0 | done |" in README
    for failure in FAILURES:
        assert f"| {failure.code} | {failure.meaning} |" in README


def commands(command: Any, *name: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below one, with its name."""
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for word, inner in below.items():
        yield from commands(command.load(word) if not name else inner, *name, word)


def test_every_command_and_option_has_help() -> None:
    found = dict(commands(get_command(app)))
    assert ("stem",) in found
    for name, command in found.items():
        assert command.help, name
        for parameter in command.params:
            assert parameter.help, (name, parameter.name)


def test_the_table_of_commands_has_them_all() -> None:
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    assert [name for name in get_command(app).commands if f"`{name}`" not in table] == []


def test_the_commands_are_as_they_are_listed() -> None:
    group = get_command(app)
    for name, listed in group.commands.items():
        command = group.load(name)
        assert command.help.startswith(listed.help.rstrip(".")), name
