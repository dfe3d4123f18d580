"""Options without Typer's converters have the values that Typer's own way gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import pytest
import typer
from typer.core import TyperCommand
from typer.testing import CliRunner

from nlptool.cli.light import LightCommand


def seen(value: str) -> str:
    return f"seen {value}"


def everything(
    words: Annotated[list[str] | None, typer.Argument()] = None,
    text: Annotated[str, typer.Option("--text", "-t")] = "as it is",
    maybe: Annotated[str | None, typer.Option()] = None,
    number: Annotated[int, typer.Option(min=1)] = 3,
    most: Annotated[int | None, typer.Option(max=9)] = None,
    share: Annotated[float, typer.Option(min=0, max=1)] = 0.5,
    flag: Annotated[bool, typer.Option("--flag")] = False,
    either: Annotated[bool | None, typer.Option("--either/--neither")] = None,
    kind: Annotated[Literal["a", "b"] | None, typer.Option()] = None,
    file: Annotated[Path | None, typer.Option()] = None,
    inputs: Annotated[list[str] | None, typer.Option("--input", "-i")] = None,
    changed: Annotated[str, typer.Option(callback=seen)] = "",
    variable: Annotated[bool, typer.Option("--variable", envvar="NLPTOOL_TEST_LIGHT")] = False,
) -> None:
    print(locals())


def needy(
    name: Annotated[str, typer.Argument()], files: Annotated[list[str], typer.Argument()]
) -> None:
    print(locals())


def told(kind: type[TyperCommand], function: object, words: str, **env: str) -> tuple[int, str]:
    app = typer.Typer(rich_markup_mode=None)
    app.command(cls=kind)(function)  # type: ignore[type-var]
    done = CliRunner().invoke(app, words.split(), env=env)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    "words",
    [
        "",
        "one",
        "one two -- --three",
        "--text= --maybe x --changed y",
        "-t a -t b",
        "--number 3",
        "--number 4 --most 9 --share 1 --flag",
        "--number 0",
        "--number x",
        "--most 10",
        "--share nan",
        "--either",
        "--neither",
        "--kind a",
        "--kind c",
        "--file a/b",
        "-i a --input b",
        "--nosuch",
        "--maybe",
    ],
)
def test_values_are_those_of_typer(words: str) -> None:
    assert told(LightCommand, everything, words) == told(TyperCommand, everything, words)


@pytest.mark.parametrize("value", ["", "0", "1", "yes", "maybe"])
def test_values_of_the_environment_too(value: str) -> None:
    light, own = (
        told(kind, everything, "", NLPTOOL_TEST_LIGHT=value)
        for kind in (LightCommand, TyperCommand)
    )
    assert light == own


@pytest.mark.parametrize("words", ["", "a", "a b", "a b c"])
def test_what_is_required_is_missed(words: str) -> None:
    assert told(LightCommand, needy, words) == told(TyperCommand, needy, words)


def test_a_start_imports_no_converters() -> None:
    shown = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    command = [sys.executable, "-c", f"{shown}; import nlptool.__main__ as m; m.main()"]
    done = subprocess.run([*command, "stem", "running"], capture_output=True, check=True)
    assert done.stdout == b"run\n"
    assert not {"pydantic", "email", "numpy"} & set(done.stderr.decode().split())
