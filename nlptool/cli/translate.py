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
from nlptool.tasks.translate import TRANSLATE, Markup, Params


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
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts.")] = None,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            "-s",
            metavar="CODE",
            help="Translate from; auto: as the text tells, else en.",
        ),
    ] = "auto",
    target: Annotated[
        str,
        typer.Option(
            "--target",
            "-t",
            metavar="CODE",
            help="Translate to; zh if not given, zh-TW and zh-HK too.",
        ),
    ] = "",
    beam: Annotated[
        int, typer.Option(min=0, help="Hypotheses to follow; 0: as the model likes.")
    ] = 0,
    max_length: Annotated[
        int, typer.Option(min=1, help="Tokens that a sentence's translation may have.")
    ] = 512,
    alternatives: Annotated[
        int, typer.Option(min=0, max=32, help="Give so many other translations.")
    ] = 0,
    scores: Annotated[
        bool, typer.Option("--scores", help="Give the mean log-probability of a token.")
    ] = False,
    no_repeat_ngram: Annotated[
        int, typer.Option(min=0, metavar="N", help="Let no N tokens come twice.")
    ] = 0,
    glossary: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Terms and their translations: csv, tsv or TBX."),
    ] = None,
    markup: Annotated[
        Markup | None,
        typer.Option(help="How texts are written, where no suffix tells.", rich_help_panel=INPUT),
    ] = None,
    paragraphs: Annotated[
        bool | None,
        typer.Option(
            "--paragraphs/--no-paragraphs",
            help="Join the lines of a paragraph; if not given, where a file's are clearly wrapped.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry/--no-retry", help="Try what looks wrong again, in other ways.")
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where a translation looks wrong.")
    ] = False,
) -> int:
    """Translate text and documents.

    Lines, fields, and whole documents: only their words change. What is not
    in the source language passes through. A translation that looks wrong is tried again in other
    ways; what is wrong with it at last stands in its flags.
    """
    params = Params(
        target=target,
        source=source,
        beam=beam,
        max_length=max_length,
        alternatives=alternatives,
        scores=scores,
        no_repeat_ngram=no_repeat_ngram,
        glossary=glossary,
        markup=markup,
        retry=retry,
    )
    return run_task(
        TRANSLATE, texts, job, model, params, reads=[glossary], strict=strict, paragraphs=paragraphs
    )
