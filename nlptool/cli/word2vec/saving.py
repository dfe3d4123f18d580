"""The options of commands that write vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli.writing_options import OUTPUT
from nlptool.errors import UsageError
from nlptool.tasks.vectors import Kind, Precision, kind_of
from nlptool.training.vectors import Saving

MAKING = "Vectors made and moved"


class Saved(msgspec.Struct, frozen=True):
    """Where vectors go, and in which form."""

    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER|FILE",
            help="Write here, whole or not at all: a folder, or by its suffix "
            ".bin or .txt (word2vec), .kv (gensim).",
            rich_help_panel=OUTPUT,
        ),
    ] = None
    to: Annotated[
        Kind | None,
        typer.Option(help="The form, where the suffix does not tell.", rich_help_panel=OUTPUT),
    ] = None
    precision: Annotated[
        Precision,
        typer.Option(help="Of a folder: int8 takes a quarter.", rich_help_panel=OUTPUT),
    ] = "float32"
    limit: Annotated[
        int,
        typer.Option(min=0, help="Only so many words, the most frequent.", rich_help_panel=OUTPUT),
    ] = 0

    def saving(self) -> Saving:
        """What run is told; UsageError for what does not go together."""
        if self.output is None:
            raise UsageError("say with -o where the vectors go")
        kind = self.to or kind_of(self.output) or "folder"
        if kind != "folder" and self.precision != "float32":
            raise UsageError(f"--precision {self.precision} is for a folder, not for {kind}")
        return Saving(self.output, kind, self.precision, self.limit)
