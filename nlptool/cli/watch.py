"""Do what arrives in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.messages import log
from nlptool.cli.options import command
from nlptool.cli.watching import Watched
from nlptool.errors import RecordError, UsageError

PANEL = "Watching"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "watch")(watch)


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where files arrive.")],
    words: Annotated[
        list[str],
        typer.Argument(metavar="-- COMMAND ...", help="A command of nlptool, with its options."),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Results go here, DIR/results if not given, each under its file's name.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    suffix: Annotated[
        str | None,
        typer.Option(
            metavar=".jsonl",
            help="What results are named by, and so their format; .txt for what results cannot be.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    settle: Annotated[
        float,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help="A file has arrived when its size and time have been the same so long.",
            rich_help_panel=PANEL,
        ),
    ] = 2.0,
    once: Annotated[
        bool,
        typer.Option("--once", help="End when all that is there is done.", rich_help_panel=PANEL),
    ] = False,
) -> int:
    """Do what arrives in a folder: nlptool watch DIR -- ocr --layout.

    The command gets each file by -i and writes its results by -o. The file then goes to DIR/done,
    or to DIR/failed with what the command said beside it. Several watchers may share a folder, also
    from several machines: a file is moved to DIR/working by the one that takes it. What a killed
    watcher of this machine has left there is begun again. Hidden files are not looked at.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    if words[0].startswith("-"):
        raise UsageError("give the command behind --, as in: nlptool watch DIR -- ocr")
    watched = Watched(folder, output or folder / "results", words, suffix, settle)
    failed = watched.run(once=once)
    if failed:
        log.warning("%d files failed; see %s", failed, folder / "failed")
    return RecordError.code if failed else 0
