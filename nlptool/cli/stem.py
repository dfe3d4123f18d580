"""Reduce words to their stems or lemmas."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from msgspec.structs import replace

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.errors import UsageError
from nlptool.tasks.stem import STEM, Params, PartOfSpeech

LEMMAS = "wordnet"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "stem")(stem)


def stem(
    job: JobOptions,
    model: Model,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Words or texts.")] = None,
    algorithm: Annotated[
        Literal["porter", "snowball", "lancaster"] | None,
        typer.Option(
            "--algorithm", "-a", help="Porter for English, Snowball for others if not given."
        ),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", "-l", metavar="CODE", help="The words' language.")
    ] = "en",
    lemma: Annotated[bool, typer.Option("--lemma", help="Give lemmas, not stems.")] = False,
    pos: Annotated[
        PartOfSpeech, typer.Option(help="The words' part of speech, for lemmas; auto tags them.")
    ] = "auto",
) -> int:
    """Reduce words to their stems or lemmas.

    What stands between words is kept; stems and lemmas are in lower case.
    """
    if sum(map(bool, (model.model, algorithm, lemma))) > 1:
        raise UsageError("give one of --algorithm, --lemma and --model")
    chosen = LEMMAS if lemma else algorithm
    if chosen is None and language != "en":
        chosen = "snowball"
    choice = replace(model, model=model.model or chosen)
    return run_task(STEM, texts, job, choice, Params(language, pos))
