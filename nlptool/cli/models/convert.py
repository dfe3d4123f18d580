"""nlptool models convert."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.training.convert import Convert, convert


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "convert")(convert_model)


def convert_model(
    weights: Weights,
    shown: Shown,
    model: Annotated[str, typer.Argument(metavar="MODEL|FOLDER", help="What to convert.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where it goes; made new.")
    ],
    *,
    to: Annotated[
        str,
        typer.Option(help="onnx or ctranslate2; the task's own if not given.", show_default=False),
    ] = "",
    precision: Annotated[
        str, typer.Option(help="int8 or float32; ctranslate2 has float16 and others too.")
    ] = "int8",
    task: Annotated[
        str,
        typer.Option(
            help="What the model is for, where its files do not tell.", show_default=False
        ),
    ] = "",
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Keep layers of such names in float32."),
    ] = None,
    sample: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Compare on this, in place of the shipped samples."),
    ] = None,
) -> None:
    """Convert a model; its card says how like the original it answers."""
    registry, store = weights.load()
    job = Convert(model, output, to, precision, task, keep or (), sample or ())
    card = convert(job, registry, store)
    row = {
        "model": str(output),
        "size": card.size,
        "samples": card.parity.samples,
        "agreement": round(card.parity.agreement, 4),
        "difference": round(card.parity.difference, 4),
    }
    show([row], shown.format)
