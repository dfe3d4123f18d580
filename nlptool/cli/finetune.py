"""Fine-tune a model on your own data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from nlptool.cli import training_bar
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.errors import UsageError
from nlptool.plugins.trainer import Plan
from nlptool.tasks.teaching import Columns
from nlptool.training.examples import teaching_of
from nlptool.training.finetune import Finetune
from nlptool.training.finetune import finetune as run

DATA, TRAINING = "Data", "Training"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "finetune", panel="Models")(finetune)


class Recipe(msgspec.Struct, frozen=True):
    """The options about how to train; see Plan."""

    epochs: Annotated[
        float, typer.Option(min=0.01, help="Times through the data.", rich_help_panel=TRAINING)
    ] = 3
    batch_size: Annotated[
        int, typer.Option(min=1, help="Examples a step.", rich_help_panel=TRAINING)
    ] = 32
    rate: Annotated[
        float, typer.Option(min=0.0, help="Peak learning rate.", rich_help_panel=TRAINING)
    ] = 5e-5
    warmup: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Share of steps to climb to it.", rich_help_panel=TRAINING
        ),
    ] = 0.1
    weight_decay: Annotated[
        float, typer.Option(min=0.0, help="AdamW's weight decay.", rich_help_panel=TRAINING)
    ] = 0.01
    dropout: Annotated[
        float,
        typer.Option(min=0.0, max=0.9, help="Dropout of hidden layers.", rich_help_panel=TRAINING),
    ] = 0.1
    label_smoothing: Annotated[
        float,
        typer.Option(
            min=0.0, max=0.9, help="Share of a label given to all.", rich_help_panel=TRAINING
        ),
    ] = 0.0
    average: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=0.99999,
            help="Decay of a moving average of the weights, kept in their place; 0 for none.",
            rich_help_panel=TRAINING,
        ),
    ] = 0.0
    max_length: Annotated[
        int, typer.Option(min=16, help="Tokens of a text or window.", rich_help_panel=TRAINING)
    ] = 256
    lora: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="RANK",
            help="Train LoRA adapters of this rank; 0 trains all weights.",
            rich_help_panel=TRAINING,
        ),
    ] = 0
    evaluations: Annotated[
        int, typer.Option(min=1, help="Evaluations an epoch.", rich_help_panel=TRAINING)
    ] = 1
    patience: Annotated[
        int,
        typer.Option(
            min=0,
            help="Stop after so many evaluations without a better one; 0 never does.",
            rich_help_panel=TRAINING,
        ),
    ] = 0
    save_steps: Annotated[
        int, typer.Option(min=1, help="Steps between checkpoints.", rich_help_panel=TRAINING)
    ] = 500
    seed: Annotated[int, typer.Option(help="Seed of all chance.", rich_help_panel=TRAINING)] = 0
    threads: Annotated[
        int, typer.Option(min=0, help="Threads; 0 for all.", rich_help_panel=TRAINING)
    ] = 0
    precision: Annotated[
        Literal["float32", "bfloat16"],
        typer.Option(
            help="bfloat16 is faster where the hardware has it.", rich_help_panel=TRAINING
        ),
    ] = "float32"

    def plan(self, task: str) -> Plan:
        """The plan for a trainer."""
        return Plan(
            task=task,
            epochs=self.epochs,
            batch=self.batch_size,
            rate=self.rate,
            warmup=self.warmup,
            decay=self.weight_decay,
            dropout=self.dropout,
            smoothing=self.label_smoothing,
            average=self.average,
            max_length=self.max_length,
            lora=self.lora,
            evaluations=self.evaluations,
            patience=self.patience,
            save_steps=self.save_steps,
            seed=self.seed,
            threads=self.threads,
            precision=self.precision,
        )


def finetune(
    task: Annotated[
        str, typer.Argument(help="What the model is for: sentiment, qa, translate, ...")
    ],
    data: Annotated[
        list[str], typer.Argument(metavar="DATA...", help="csv, tsv, jsonl, parquet or SQuAD json.")
    ],
    recipe: Recipe,
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
        plan=recipe.plan(task),
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
