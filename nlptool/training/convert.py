"""A model in another format: converted, compared with its original, and described in a card."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from nlptool.config.paths import packaged
from nlptool.config.registry import Registry
from nlptool.errors import InputError, OutputError, RecordError, UsageError
from nlptool.io import reader
from nlptool.io.whole import whole
from nlptool.models.detect import detect
from nlptool.models.store import Store
from nlptool.pipeline.columns import ColumnMapping
from nlptool.plugins.makers import converter
from nlptool.plugins.trainer import Parity
from nlptool.tasks import task_named
from nlptool.training.finetune import FIGURES, weights_folder

log = logging.getLogger(__name__)


class Convert(msgspec.Struct, frozen=True):
    """What is to be converted; ``samples`` are files to compare on, the shipped ones if none;
    ``to`` and ``task`` are empty where the task and the model tell them."""

    model: str
    output: Path
    to: str = ""
    precision: str = "int8"
    task: str = ""
    keep: Sequence[str] = ()
    samples: Sequence[str] = ()


class Card(msgspec.Struct, frozen=True):
    """What is known of a converted model. ``files`` has each file's sha256, ``size`` all their
    bytes; ``training`` is what fine-tuning told of itself."""

    source: str
    task: str
    format: str
    precision: str
    float32_layers: Sequence[str]
    parity: Parity
    size: int
    files: dict[str, str]
    training: Any = None


def convert(job: Convert, registry: Registry, store: Store) -> Card:
    """Convert; the folder appears whole or not at all, with card.json and CARD.md in it."""
    if job.output.exists():
        raise OutputError(f"{job.output} is there already; choose another folder")
    folder = weights_folder(job.model, registry, store)
    task = job.task or _task(job.model, folder, registry)
    job = msgspec.structs.replace(job, task=task, to=job.to or task_named(task).convert_to)
    maker = converter(job.to, task)
    if job.precision not in maker.precisions:
        raise UsageError(f"{job.to} has no {job.precision}, but {', '.join(maker.precisions)}")
    samples = _samples(task, job.samples or (str(packaged(task_named(task).samples)),))
    with whole(job.output) as part:
        parity = maker.convert(
            task, folder, part, precision=job.precision, keep=job.keep, samples=samples
        )
        card = _card(job, folder, part, parity)
        (part / "card.json").write_bytes(msgspec.json.format(msgspec.json.encode(card)) + b"\n")
        (part / "CARD.md").write_text(markdown(card, job.output.name), "utf-8")
    return card


def _task(name: str, folder: Path, registry: Registry) -> str:
    known = registry.models.get(name)
    task = known.task if known else detect(folder)[0]
    if task is None:
        raise UsageError(f"{name}: its config.json names no head; say what it is for with --task")
    return task


def _samples(task: str, files: Sequence[str]) -> list[Any]:
    contract = task_named(task)
    columns = ColumnMapping(contract)
    spec = reader.Spec(inputs=tuple(files), column=contract.fields[0])
    found = []
    for record in chain.from_iterable(reader.read(spec, reader.sources_of(spec))):
        try:
            found.append(columns.take(record))
        except RecordError as error:
            log.warning("%s: %s", record.place, error)
    if not found:
        raise InputError(f"{', '.join(files)}: nothing to compare the models on")
    return found


def _card(job: Convert, folder: Path, part: Path, parity: Parity) -> Card:
    files = sorted(file for file in part.rglob("*") if file.is_file())
    figures = folder / FIGURES
    return Card(
        source=Path(job.model).name,
        task=job.task,
        format=job.to,
        precision=job.precision,
        float32_layers=job.keep,
        parity=parity,
        size=sum(file.stat().st_size for file in files),
        files={
            str(file.relative_to(part)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in files
        },
        training=msgspec.json.decode(figures.read_bytes()) if figures.is_file() else None,
    )


def markdown(card: Card, name: str) -> str:
    """The card for people."""
    parity = card.parity
    lines = [
        f"# {name}",
        "",
        f"A model for {card.task}: {card.format}, {card.precision}, {card.size / 1e6:.1f} MB.",
        "",
        "## Conversion",
        "",
        f"Compared with its original in float32 on {parity.samples} inputs: the same answer for "
        f"{parity.agreement:.1%}, the largest difference of a probability {parity.difference:.4f}.",
    ]
    if card.float32_layers:
        lines += ["", f"Layers kept in float32: {', '.join(card.float32_layers)}."]
    if card.training:
        lines += ["", "## Training", "", f"On {card.training['train']} examples, with"]
        plan = ", ".join(f"{key} {value}" for key, value in card.training["plan"].items())
        lines[-1] += f" {plan}."
        metrics = card.training["metrics"].items()
        figures = ", ".join(f"{key} {value:.4f}" for key, value in metrics)
        lines += ["", f"In float32, on {card.training['dev']} dev examples: {figures}."]
    return "\n".join(lines) + "\n"
