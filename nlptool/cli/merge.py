"""Make one output of the shards of a job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.messages import log
from nlptool.cli.options import command
from nlptool.cli.writing_options import OUTPUT


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "merge")(merge)


def merge(
    shards: Annotated[list[str], typer.Argument(help="The outputs of all shards, in any order.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Write here.", rich_help_panel=OUTPUT),
    ],
) -> None:
    """Make one output of the shards of a job, those that --shard 1/N to N/N wrote.

    Its bytes are those of a job without shards.
    A shard that is missing, there twice, not done or of another job is an error. The shards stay.
    """
    from nlptool.pipeline.shards import merge as merge_shards

    log.info("%d records", merge_shards([Path(name) for name in dict.fromkeys(shards)], output))
