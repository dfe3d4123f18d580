"""Fine-tune a model on your own data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli import training_bar
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.errors import UsageError
from nlptool.plugins.trainer import Plan, Recipe
from nlptool.tasks.teaching import Columns
from nlptool.training.examples import teaching_of
from nlptool.training.finetune import Finetune
from nlptool.training.finetune import finetune as run

DATA, TRAINING = "Data", "Training"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "finetune", panel="Models")(finetune)


def finetune(
    task: Annotated[
        str, typer.Argument(help="What the model is for: sentiment, qa, translate, ...")
    ],
    data: Annotated[
        list[str], typer.Argument(metavar="DATA...", help="csv, tsv, jsonl, parquet or SQuAD json.")
    ],
    recipe: Annotated[Recipe, TRAINING],
    weights: Weights,
    shown: Shown,
    *,
    base: Annotated[
        str, typer.Option("--base", "-b", metavar="MODEL|FOLDER", help="The model to start from.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the new model goes.")
    ],
    dev: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Evaluate on this.", rich_help_panel=DATA),
    ] = None,
    dev_share: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=0.9,
            help="Without --dev, the share of DATA to hold back for it.",
            rich_help_panel=DATA,
        ),
    ] = 0.1,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=COLUMN",
            help="The column of text and label; of question, context, answer and start.",
            rich_help_panel=DATA,
        ),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OLD=NEW",
            help="Call a label of the data so: --label 1=positive.",
            rich_help_panel=DATA,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was stopped.")
    ] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:N or auto.")] = "auto",
    trainer: Annotated[str, typer.Option(help="The plugin that trains.")] = "transformers",
) -> None:
    """Fine-tune a model on your own data.

    The new folder is a model at once: --model FOLDER. A run that was stopped goes on with --resume
    and the same options, to the same result. Texts with probs, as sentiment --probs --with-input
    writes them, teach a small model what a larger one says.
    """
    if label and not teaching_of(task).labels:
        raise UsageError(f"--label is for examples with labels; those of {task} have none")
    job = Finetune(
        plan=Plan(task=task, **msgspec.structs.asdict(recipe)),
        base=base,
        output=output,
        data=data,
        dev=dev or (),
        dev_share=dev_share,
        columns=Columns(field or (), label or ()),
        trainer=trainer,
        device=device,
        resume=resume,
    )
    registry, store = weights.load()
    with training_bar.shown() as tick:
        metrics = run(job, registry, store, tick)
    show(
        [{"metric": name, "value": round(value, 4)} for name, value in metrics.items()],
        shown.format,
    )
