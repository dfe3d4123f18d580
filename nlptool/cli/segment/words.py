"""nlptool segment words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.models.resolver import Choice
from nlptool.tasks.segment import SEGMENT, Mode, Params

ABILITIES = ("entities", "dictionary", "pos")
"""What not every model can do, the rarest first."""


class WordsModel(Model, frozen=True):
    """Which model answers, and what it must be able to do."""

    pos: Annotated[bool, typer.Option("--pos", help="Tag parts of speech.")] = False
    dictionary: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Words of your own, a line each: word, frequency, tag; may be given many times.",
        ),
    ] = None
    entities: Annotated[
        bool,
        typer.Option(
            "--entities", help="Give the names of persons, places and organisations, and times."
        ),
    ] = False

    def choice(self) -> Choice:
        """The choice for run."""
        asked = (name for name in ABILITIES if getattr(self, name))
        return replace(super().choice(), ability=next(asked, None))


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "words")(segment)


def segment(
    job: JobOptions,
    model: WordsModel,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            help="One cut of the text, every word there is, or the cut with long words cut again."
        ),
    ] = "accurate",
    offsets: Annotated[
        bool, typer.Option("--offsets", help="Give each word's start and end, in characters.")
    ] = False,
) -> int:
    """Cut text into words.

    Each run of script is cut by the default model for its language, other
    text at Unicode's word boundaries. For what not every model can do there
    are defaults of their own.
    """
    files = tuple(map(str, model.dictionary or ()))
    params = Params(mode, model.pos, offsets, files, model.entities, job.encoding)
    return run_task(SEGMENT, texts, job, model, params, reads=files)
