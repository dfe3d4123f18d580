"""nlptool word2vec train."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli.options import command
from nlptool.cli.reading_options import INPUT, Reading
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import RegistryFile
from nlptool.cli.word2vec.bar import shown
from nlptool.cli.word2vec.saving import MAKING, Saved
from nlptool.errors import RecordError, UsageError
from nlptool.io import reader
from nlptool.models.resolver import Choice
from nlptool.tasks.vectors import Training
from nlptool.training import vectors
from nlptool.training.corpus import Plan


class Cutting(Reading, frozen=True):
    """A corpus, and how its texts become words."""

    segment: Annotated[
        bool,
        typer.Option(
            "--segment",
            help="Cut texts by the segment task, as Chinese needs.",
            rich_help_panel=INPUT,
        ),
    ] = False
    spaces: Annotated[
        bool,
        typer.Option(
            "--spaces", help="Words are all that stands between spaces.", rich_help_panel=INPUT
        ),
    ] = False

    def plan(self, registry: Path | None, lower: bool = False) -> Plan:
        """What is read; UsageError for options that do not go together."""
        if self.segment and self.spaces:
            raise UsageError("give --segment or --spaces, not both")
        return Plan(
            input=reader.Spec(
                inputs=tuple(self.input or ()),
                format=self.input_format,
                encoding=self.encoding,
                dialect=self.dialect(),
            ),
            fields=tuple(self.field or ()),
            segment=self.segment,
            spaces=self.spaces,
            lower=lower,
            choice=Choice(registry=registry),
        )


class Texts(Cutting, frozen=True):
    """A corpus to be learnt from."""

    lower: Annotated[
        bool,
        typer.Option("--lower", help="Bring all to lower case.", rich_help_panel=INPUT),
    ] = False
    registry: RegistryFile = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "train", panel=MAKING)(train)


def train(texts: Texts, saved: Saved, training: Training, out: Shown) -> int:
    """Train word vectors on texts of any size, a sentence or more a line.

    Words are runs of letters and digits, with hyphens and apostrophes inside, unless --spaces or
    --segment says otherwise. The corpus is read once and kept, cut, in a nameless temporary file.
    """
    with shown() as tick:
        trained, failed = vectors.train(
            texts.plan(texts.registry, texts.lower), training, saved.saving(), tick
        )
    show([msgspec.to_builtins(trained)], out.format)
    return RecordError.code if failed else 0
