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
from nlptool.models.resolver import Choice
from nlptool.tasks.stem import STEM, Params, PartOfSpeech


class StemModel(Model, frozen=True):
    """Which model answers: by its name, by its algorithm, or one that has lemmas."""

    algorithm: Annotated[
        Literal["porter", "snowball", "snowball-nltk", "lancaster"] | None,
        typer.Option(
            "--algorithm",
            "-a",
            help="Porter for English, Snowball for others if not given; snowball-nltk is an older "
            "Snowball.",
        ),
    ] = None
    language: Annotated[
        str, typer.Option("--language", "-l", metavar="CODE", help="The words' language.")
    ] = "en"
    lemma: Annotated[bool, typer.Option("--lemma", help="Give lemmas, not stems.")] = False

    def choice(self) -> Choice:
        """The choice for run; UsageError for more than one."""
        if sum(map(bool, (self.model, self.algorithm, self.lemma))) > 1:
            raise UsageError("give one of --algorithm, --lemma and --model")
        return replace(
            super().choice(),
            model=self.model or self.algorithm,
            language=self.language,
            ability="lemma" if self.lemma else None,
        )


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "stem")(stem)


def stem(
    job: JobOptions,
    model: StemModel,
    *,
    texts: Annotated[list[str] | None, typer.Argument(help="Words or texts.")] = None,
    pos: Annotated[
        PartOfSpeech, typer.Option(help="The words' part of speech, for lemmas; auto tags them.")
    ] = "auto",
) -> int:
    """Reduce words to their stems or lemmas.

    What stands between words is kept. Stems are in lower case; so are lemmas, but for names and
    abbreviations.
    """
    return run_task(STEM, texts, job, model, Params(model.language, pos))
