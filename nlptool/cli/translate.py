"""Translate text and documents."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from msgspec.structs import replace

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.reading_options import INPUT
from nlptool.cli.task_command import run_task
from nlptool.cli.weights import MODEL
from nlptool.errors import UsageError
from nlptool.models.resolver import Choice
from nlptool.tasks.translate import TRANSLATE, Params


class QualityModel(Model, frozen=True):
    """Which model translates: by its name, or by how good or fast it is to be."""

    quality: Annotated[
        Literal["fast", "best"] | None,
        typer.Option(
            help="fast for much text, best for few sentences; if not given, best for texts of the "
            "command line where it is here, else fast.",
            rich_help_panel=MODEL,
        ),
    ] = None

    def choice(self) -> Choice:
        """The choice for run."""
        if self.model and self.quality:
            raise UsageError("give --model or --quality, not both")
        return replace(super().choice(), quality=self.quality)


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "translate")(translate)


def translate(
    job: JobOptions,
    model: QualityModel,
    params: Params,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    paragraphs: Annotated[
        bool | None,
        typer.Option(
            "--paragraphs/--no-paragraphs",
            help="Join the lines of a paragraph; if not given, where a file's are clearly wrapped.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where a translation looks wrong.")
    ] = False,
) -> int:
    """Translate text and documents.

    Lines, fields, and whole documents: only their words change. What is not
    in the source language passes through. A translation that looks wrong is tried again in other
    ways; what is wrong with it at last stands in its flags.
    """
    return run_task(
        TRANSLATE,
        texts,
        job,
        model,
        params,
        reads=[params.glossary],
        strict=strict,
        paragraphs=paragraphs,
    )
