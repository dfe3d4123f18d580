"""Read the text in pictures and PDF pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.page_options import PageOptions
from nlptool.cli.task_command import run_task
from nlptool.errors import UsageError
from nlptool.io.pictures.overlay import OverlayFolder
from nlptool.models.resolver import Choice
from nlptool.tasks.picture import OCR, Level, Params


class OcrModel(Model, frozen=True):
    """Which model answers: by its name, or by the languages of the text."""

    languages: Annotated[
        str,
        typer.Option(
            metavar="CODE,CODE", help="The text's languages; the first that has a model chooses it."
        ),
    ] = ""

    def named(self) -> tuple[str, ...]:
        """The languages."""
        return tuple(self.languages.replace(",", " ").split())

    def choice(self) -> Choice:
        """The choice for run."""
        return msgspec.structs.replace(super().choice(), language=",".join(self.named()) or None)


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "ocr")(ocr)


def ocr(
    job: JobOptions,
    model: OcrModel,
    pages: PageOptions,
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Pictures, PDF files, folders, patterns; - or nothing for stdin."),
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Leave out lines that are less certain; the model's limit if not given.",
        ),
    ] = None,
    level: Annotated[
        Level | None, typer.Option(help="What a row is: a word, a line (as it is), or a block.")
    ] = None,
    layout: Annotated[
        bool,
        typer.Option("--layout", help="Give paragraphs, and tables as CSV: --level block."),
    ] = False,
    skip_text: Annotated[
        bool,
        typer.Option("--skip-text", help="Pages of PDF files that have text are not looked at."),
    ] = False,
    redo: Annotated[
        bool,
        typer.Option(
            "--redo",
            help="In a PDF, replace the invisible text that a reader has put there before; "
            "it is kept else, as is text that shows.",
        ),
    ] = False,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write each picture with its boxes and text drawn here."),
    ] = None,
) -> int:
    """Read the text in pictures and PDF pages.

    Text is the lines in reading order, with a form feed between the pages of a document; other
    formats have a row a line, with its box of four points in pixels (clockwise from the text's top
    left), confidence, page and file. Standard input is a picture, or the names of some, one a line.
    """
    if layout and level not in (None, "block"):
        raise UsageError(f"--layout gives blocks, --level {level} does not; leave out one")
    if redo and skip_text:
        raise UsageError("--redo reads what --skip-text leaves out; choose one")
    spec = msgspec.structs.replace(
        pages.spec(), text="redo" if redo else "skip" if skip_text else "keep"
    )
    params = Params(min_confidence, model.named(), "block" if layout else level or "line")
    drawing = OverlayFolder(overlay) if overlay else None
    return run_task(OCR, files, job, model, params, pages=spec, artifact=drawing)
