"""nlptool segment eval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli import progress
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.segment.image import Looks
from nlptool.cli.segment.train import MODELS
from nlptool.cli.show import Shown, show
from nlptool.errors import RecordError
from nlptool.io.files import Outputs
from nlptool.io.formats.jsonl import JSONL
from nlptool.io.formats.registry import output_of
from nlptool.tasks import Row
from nlptool.tasks.picture import SEGMENT_IMAGE

DIGITS = 4
EACH, WORST = "the scores of each picture", "the worst pictures"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "eval", panel=MODELS)(evaluate)


def evaluate(
    shown: Shown,
    model: Model,
    looks: Looks,
    *,
    data: Annotated[
        Path,
        typer.Argument(help="A list with a picture and its mask a line, or a folder's val.txt."),
    ],
    each: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the scores of each picture, too."),
    ] = None,
    worst: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw the worst pictures, with truth, side by side."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="So many worst pictures.")] = 5,
) -> int:
    """Compare a model's masks with true ones, as PaddleSeg does.

    The row of all classes has mIoU, accuracy, Kappa and the mean of Dice; that of a class its IoU,
    accuracy (the share of the pixels found that are right), recall and Dice. A mask's values are
    class numbers, 255 for what does not count.
    """
    from nlptool.evaluation.masks import evaluate_masks, read_pairs, rows_of
    from nlptool.io.pictures.masks import side_by_side
    from nlptool.io.pictures.pages import png

    pairs = read_pairs(data)
    files = Outputs(reads=[data, *(file for pair in pairs for file in pair)])
    for path, what in ((each, EACH), (worst, WORST)):
        if path:
            files.take(path, what)
    with progress.shown("segment") as tick:
        report = evaluate_masks(
            pairs, looks.params(), model.pool(SEGMENT_IMAGE), tick, worst=count if worst else 0
        )
    if each:
        rows = [{"file": one.file, **_rounded(one.scores)} for one in report.each]
        files.save(each, _encoded(rows, each), EACH)
    if worst:
        files.save(worst, png(side_by_side(report.worst)), WORST)
    show([_rounded(row) for row in rows_of(report)], shown.format)
    return RecordError.code if report.failed else 0


def _rounded(row: Row) -> Row:
    return {
        name: round(value, DIGITS) if isinstance(value, float) else value
        for name, value in row.items()
    }


def _encoded(rows: list[Row], file: Path) -> bytes:
    form = output_of(file.name)
    return (JSONL if form.plain else form).encode(rows)
