"""A whole fine-tuning: data read and split, a base found, a model trained, its figures kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from nlptool.config.registry import Backend, Registry
from nlptool.errors import InputError, OutputError, UsageError
from nlptool.io.failures import Failures
from nlptool.io.files import Outputs
from nlptool.models import device
from nlptool.models.folder import is_path
from nlptool.models.store import Store, folder_for
from nlptool.plugins.makers import trainer
from nlptool.plugins.trainer import Metrics, Plan, Score, Tick
from nlptool.tasks import task_named
from nlptool.tasks.scoring import scorer_for
from nlptool.tasks.teaching import Columns
from nlptool.training.examples import examples, split, teaching_of

log = logging.getLogger(__name__)

FIGURES = "metrics.json"


class Finetune(msgspec.Struct, frozen=True):
    """What is to be trained: ``dev`` files, or else the share of ``data`` that is held back."""

    plan: Plan
    base: str
    output: Path
    data: Sequence[str]
    dev: Sequence[str] = ()
    dev_share: float = 0.1
    columns: Columns = Columns()
    trainer: str = "transformers"
    device: str = "auto"
    resume: bool = False


def finetune(job: Finetune, registry: Registry, store: Store, tick: Tick) -> Metrics:
    """Train; the figures on dev are also in the folder's metrics.json."""
    check_output(job.output, job.resume)
    make = trainer(job.trainer, job.plan.task)
    base = weights_folder(job.base, registry, store)
    bad = Failures(log)
    train = examples(job.plan.task, job.data, job.columns, bad.tell)
    dev = examples(job.plan.task, job.dev, job.columns, bad.tell) if job.dev else []
    if not dev and job.dev_share:
        teaching = teaching_of(job.plan.task)
        train, dev = split(train, job.dev_share, job.plan.seed, teaching)
    if not train:
        raise InputError("nothing is left to train on; give a smaller --dev-share, or --dev")
    if bad.count:
        log.warning("%d bad rows were left out", bad.count)
    log.info("%d examples to train on, %d to evaluate on", len(train), len(dev))
    backends = [("cuda", Backend("cuda")), ("cpu", Backend("cpu"))]
    where = device.choose(backends, job.device, lambda _: None).device
    plan = msgspec.structs.replace(job.plan, device=where)
    metrics = make.train(
        base, job.output, plan, train=train, dev=dev, score=_score(job.plan.task, dev), tick=tick
    )
    figures = {"metrics": metrics, "train": len(train), "dev": len(dev), "plan": plan}
    keep_figures(job.output, figures)
    return metrics


def check_output(output: Path, resume: bool) -> None:
    """OutputError for a folder that a training cannot begin in, or cannot go on in."""
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output} is no folder")
    if output.is_dir() and any(output.iterdir()) and not resume:
        raise OutputError(f"{output} is not empty; go on with --resume, or choose another")
    if (output / FIGURES).exists():
        raise OutputError(f"{output} is complete; there is nothing to go on with")


def keep_figures(output: Path, figures: Mapping[str, Any]) -> None:
    """Write the metrics.json of a training, which says that it is complete."""
    data = msgspec.json.format(msgspec.json.encode(figures, enc_hook=str)) + b"\n"
    Outputs().save(output / FIGURES, data, "the figures")


def weights_folder(name: str, registry: Registry, store: Store) -> Path:
    """The folder of a model of the registry, or of the user; UsageError for one without files."""
    if name not in registry.models and is_path(name):
        return Path(name)
    folder = folder_for(store, name, registry.model(name))
    if folder is None:
        raise UsageError(f"{name} has no weights")
    return folder


def _score(task: str, dev: Sequence[Any]) -> Score:
    """The figures of `nlptool eval`, for the dev examples."""
    truths = [teaching_of(task).truth(example) for example in dev]

    def score(results: Sequence[Any]) -> Metrics:
        scorer = scorer_for(task_named(task))
        for right, result in zip(truths, results, strict=True):
            scorer.add(right, result)
        return scorer.scores().values

    return score
