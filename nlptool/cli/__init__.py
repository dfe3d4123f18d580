"""The command line: one small file a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nlptool import __version__
from nlptool.cli.commands import Commands
from nlptool.cycles import look_less
from nlptool.errors import OutputError
from nlptool.io.sinks import cannot_write
from nlptool.io.visible import visible

ON_TERMINAL = sys.stdout is not None and sys.stdout.isatty()

app = typer.Typer(
    name="nlptool",
    cls=Commands,
    rich_markup_mode="rich" if ON_TERMINAL else None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

STDOUT, STDERR = 1, 2
UsageError: Any = typer.BadParameter.__base__
"""What Typer raises for a command line that it does not understand."""


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
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open()  # noqa: SIM115  what is written fails, as it must
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    look_less()
    try:
        code = app(prog_name="nlptool", standalone_mode=False)
    except UsageError as error:
        _tell(error)
        code = error.exit_code
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        sys.stderr.write(f"nlptool: error: {cannot_write('standard output', error)}\n")
        raise SystemExit(OutputError.code) from None
    sys.exit(code or 0)


def _tell(error: Any) -> None:
    """A wrong command line, as messages are; no name on it steers the terminal."""
    if "--log-json" in sys.argv:
        from nlptool.cli.messages import MessageOptions, log, set_up

        set_up(MessageOptions(log_json=True))
        log.error("%s", error.format_message())
        return
    if sys.stderr.isatty():
        error.message = visible(error.message)
    if ON_TERMINAL:
        from typer.rich_utils import rich_format_error

        rich_format_error(error)
    else:
        error.show()
