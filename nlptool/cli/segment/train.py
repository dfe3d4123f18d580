"""nlptool segment train."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from nlptool.cli import training_bar
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.plugins.trainer import MaskPlan

FOLDER, TRAINING = "For a folder of data", "Training"
MODELS = "Your own models for pictures"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "train", panel=MODELS)(train)


def train(
    shown: Shown,
    *,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="CONFIG|DATA",
            help="A configuration of PaddleSeg (yaml), or a folder with train.txt and val.txt.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the new model goes.")
    ],
    network: Annotated[
        Literal["bisenetv2", "pp-liteseg", "mobileseg"],
        typer.Option(help="What to train.", rich_help_panel=FOLDER),
    ] = "bisenetv2",
    size: Annotated[
        int,
        typer.Option(
            min=32, help="Pictures are brought to this width and height.", rich_help_panel=FOLDER
        ),
    ] = 512,
    labels: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME",
            help="What the classes are called, from 0.",
            rich_help_panel=TRAINING,
        ),
    ] = None,
    iters: Annotated[
        int | None, typer.Option(min=1, help="Steps.", rich_help_panel=TRAINING)
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Pictures a step.", rich_help_panel=TRAINING)
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.0, help="Learning rate.", rich_help_panel=TRAINING)
    ] = None,
    from_scratch: Annotated[
        bool,
        typer.Option(
            "--from-scratch",
            help="Do without the weights that the configuration would start from.",
            rich_help_panel=TRAINING,
        ),
    ] = False,
    average: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=0.99999,
            help="Decay of a moving average of the weights, kept in their place; 0 for none.",
            rich_help_panel=TRAINING,
        ),
    ] = 0.0,
    every: Annotated[
        int,
        typer.Option(
            min=1, help="Steps between evaluations and checkpoints.", rich_help_panel=TRAINING
        ),
    ] = 100,
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of all chance.", rich_help_panel=TRAINING)
    ] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was stopped.")
    ] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:N or auto.")] = "auto",
) -> None:
    """Train a model for pictures of your own, by PaddleSeg.

    A list file has a picture and its mask a line, with paths below the folder; a mask's values are
    class numbers, 255 for what does not count. A configuration is read as PaddleSeg has it, its
    paths from the working folder; its learning rate is often meant for four cards: on one device,
    divide it by four (--rate). The new folder is a model at once: --model FOLDER runs it by ONNX,
    --model FOLDER/paddle by Paddle.
    """
    from nlptool.training.masks import train_masks

    plan = MaskPlan(
        source=source,
        network=network,
        size=size,
        labels=tuple(label.strip() for label in labels.split(",")) if labels else (),
        iters=iters,
        batch=batch_size,
        rate=rate,
        scratch=from_scratch,
        average=average,
        every=every,
        seed=seed,
    )
    with training_bar.shown() as tick:
        metrics = train_masks(plan, output, device, resume, tick)
    show(
        [{"metric": name, "value": round(value, 4)} for name, value in metrics.items()],
        shown.format,
    )
