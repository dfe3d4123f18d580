"""The command line: one small file a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from nlptool import __version__
from nlptool.cli import config, evaluate, models, plugins, qa, segment, sentiment, stem

app = typer.Typer(
    name="nlptool",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

STDERR = 2
COMMANDS = (sentiment, qa, segment, stem, evaluate, models, config, plugins)

for module in COMMANDS:
    module.register(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"nlptool {__version__}")
        raise typer.Exit


@app.callback()
def nlptool(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A task toolbox for text: every command works on real models, in pipes and on terminals."""


def main() -> None:
    """The entry point: ``nlptool`` on the command line."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
        if sys.stderr.fileno() != STDERR:
            os.dup2(sys.stderr.fileno(), STDERR)
            sys.stderr.close()
            sys.stderr = os.fdopen(STDERR, "w")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app(prog_name="nlptool")
