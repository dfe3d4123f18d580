"""nlptool segment image."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.page_options import PageOptions
from nlptool.cli.task_command import run_task
from nlptool.cli.weights import MODEL
from nlptool.errors import UsageError
from nlptool.io.pictures.masks import MaskFolder
from nlptool.tasks.picture import SEGMENT_IMAGE, MaskParams

SCALES = (0.75, 1.0, 1.25)


class Looks(msgspec.Struct, frozen=True):
    """How pictures are looked at."""

    aug: Annotated[
        bool,
        typer.Option(
            "--aug",
            help="Look at pictures flipped and in three sizes, too: slow, better for some models.",
            rich_help_panel=MODEL,
        ),
    ] = False
    window: Annotated[
        int | None,
        typer.Option(
            min=64,
            help="Look at pictures through a window of so many pixels; by itself at large ones.",
            rich_help_panel=MODEL,
        ),
    ] = None

    def params(self) -> MaskParams:
        """The parameters of the task."""
        return MaskParams(self.aug, SCALES if self.aug else (1.0,), self.window)


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "image")(image)


def image(
    job: JobOptions,
    model: Model,
    looks: Looks,
    pages: PageOptions,
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Pictures, PDF files, folders, patterns; - or nothing for stdin."),
    ] = None,
    overlay: Annotated[
        bool,
        typer.Option("--overlay", help="Write each picture with its regions coloured, too."),
    ] = False,
    contours: Annotated[
        bool, typer.Option("--contours", help="Write each picture with its regions outlined, too.")
    ] = False,
) -> int:
    """Mark the regions of pictures.

    Standard output has a row a class of each picture: its pixels, their share, and the box around
    them (left, top, right, bottom; right and bottom outside). With -o DIR masks are written there,
    pictures of the input's size whose values are the class numbers: a.jpg.png for a.jpg. With
    -o FILE.png the mask of one picture is that file.
    """
    if job.output is None and (overlay or contours):
        raise UsageError("--overlay and --contours need a folder to write to: -o DIR")
    if job.resume:
        raise UsageError("segment image cannot go on where it was ended; leave out --resume")
    folder = MaskFolder.at(job.output, overlay=overlay, contours=contours) if job.output else None
    rows = replace(
        job, output=None, format=job.format or ("text" if sys.stdout.isatty() else "jsonl")
    )
    page_spec = pages.spec()
    return run_task(
        SEGMENT_IMAGE, files, rows, model, looks.params(), pages=page_spec, artifact=folder
    )
