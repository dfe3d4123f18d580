"""The contract of what makes models: trainers, which fine-tune, and converters, which recast.

A trainer is named by an entry point of the group ``nlptool.trainers``, a converter by one of
``nlptool.converters`` whose name is the format it writes. Like an adapter, each is imported only
when it is needed and imports its library in its methods.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from nlptool.errors import UsageError
from nlptool.tasks import task_named

Metrics = dict[str, float]


class Recipe(msgspec.Struct, frozen=True):
    """How to train; the rate climbs to ``rate``, then falls to 0 in a straight line."""

    epochs: Annotated[float, Meta(ge=0.01, description="Times through the data.")] = 3
    batch_size: Annotated[int, Meta(ge=1, description="Examples a step.")] = 32
    rate: Annotated[float, Meta(ge=0, description="Peak learning rate.")] = 5e-5
    warmup: Annotated[float, Meta(ge=0, le=1, description="Share of steps to climb to it.")] = 0.1
    weight_decay: Annotated[float, Meta(ge=0, description="AdamW's weight decay.")] = 0.01
    dropout: Annotated[float, Meta(ge=0, le=0.9, description="Dropout of hidden layers.")] = 0.1
    label_smoothing: Annotated[
        float, Meta(ge=0, le=0.9, description="Share of a label given to all.")
    ] = 0.0
    average: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99999,
            description="Decay of a moving average of the weights, kept in their place; 0: none.",
        ),
    ] = 0.0
    max_length: Annotated[int, Meta(ge=16, description="Tokens of a text or window.")] = 256
    lora: Annotated[
        int,
        Meta(
            ge=0,
            description="Train LoRA adapters of this rank; 0 trains all weights.",
            extra={"metavar": "RANK"},
        ),
    ] = 0
    evaluations: Annotated[int, Meta(ge=1, description="Evaluations an epoch.")] = 1
    patience: Annotated[
        int,
        Meta(
            ge=0, description="Stop after so many evaluations without a better one; 0 never does."
        ),
    ] = 0
    save_steps: Annotated[int, Meta(ge=1, description="Steps between checkpoints.")] = 500
    seed: Annotated[int, Meta(description="Seed of all chance.")] = 0
    threads: Annotated[int, Meta(ge=0, description="Threads; 0 for all.")] = 0
    precision: Annotated[
        Literal["float32", "bfloat16"],
        Meta(description="bfloat16 is faster where the hardware has it."),
    ] = "float32"


class Plan(Recipe, frozen=True, kw_only=True):
    """A recipe for a task's model, on a device."""

    task: str
    device: str = "cpu"

    @property
    def metric(self) -> str:
        """The figure of the task by which weights are chosen; more is better."""
        teaching = task_named(self.task).teaching
        if teaching is None:
            raise UsageError(f"models for {self.task} cannot be fine-tuned")
        return teaching.metric


class Progress(msgspec.Struct, frozen=True):
    """A step done: ``loss`` is the mean of the last steps; ``metrics`` of an evaluation, after
    those steps that have one. ``rate`` is the learning rate, for those who like to see it."""

    step: int
    steps: int
    epoch: float
    loss: float
    metrics: Metrics | None = None
    rate: float | None = None


Tick = Callable[[Progress], None]

Score = Callable[[Sequence[Any]], Metrics]
"""From the task's results for the dev examples, in their order, to figures; None is a failure."""


class Trainer(ABC):
    """Fine-tunes models of one library."""

    tasks: ClassVar[tuple[str, ...]]
    needs: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def train(
        self,
        base: Path,
        output: Path,
        plan: Plan,
        *,
        train: Sequence[Any],
        dev: Sequence[Any],
        score: Score,
        tick: Tick,
    ) -> Metrics:
        """Train the model in the folder ``base`` into the folder ``output``.

        Examples are the task's own, see its ``teaching``; without ``dev`` the last weights are
        kept, with it the best by the plan's metric, and all of its figures are returned. ``output``
        gets the model and the curves; until then it holds a checkpoint, from which a call with the
        same arguments goes on as if it had never stopped.
        """


class MaskPlan(msgspec.Struct, frozen=True):
    """How to train a model that masks pictures.

    ``source`` is a configuration of the trainer's library, or a folder with list files, which is
    trained on as ``network`` and ``size`` (width and height in pixels) say. What is None is as the
    configuration has it, or as the library likes it. ``labels`` name the classes. ``average`` is
    as in Plan; ``every`` so many steps the model is evaluated and a checkpoint written.
    """

    source: Path
    network: str = "bisenetv2"
    size: int = 512
    labels: tuple[str, ...] = ()
    iters: int | None = None
    batch: int | None = None
    rate: float | None = None
    scratch: bool = False
    average: float = 0.0
    every: int = 100
    seed: int = 0
    device: str = "cpu"


MaskScore = Callable[[int, Iterable[tuple[Any, Any]]], Metrics]
"""From the number of classes, and the true and the predicted class numbers of each picture (arrays
of one shape, 255 for what does not count), to figures."""


class MaskTrainer(ABC):
    """Trains models for segment-image with one library."""

    tasks: ClassVar[tuple[str, ...]] = ("segment-image",)
    needs: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def check_device(self, device: str) -> None:
        """DeviceError when the library cannot use the device."""

    @abstractmethod
    def train(self, plan: MaskPlan, output: Path, *, score: MaskScore, tick: Tick) -> Metrics:
        """Train into the folder ``output``, which gets the model, best by mIoU, and the curves.

        Until then it holds a checkpoint, from which a call with the same plan goes on as if it had
        never stopped. The figures are those of the weights that were kept; none without
        pictures to evaluate on.
        """


class Parity(msgspec.Struct, frozen=True):
    """How like its original a converted model answers, on ``samples`` inputs.

    ``agreement`` is the share of inputs with the same answer, ``difference`` the largest absolute
    difference of any probability.
    """

    samples: int
    agreement: float
    difference: float


class Converter(ABC):
    """Writes models in one format."""

    tasks: ClassVar[tuple[str, ...]]
    needs: ClassVar[Mapping[str, str]] = {}
    precisions: ClassVar[tuple[str, ...]]

    @abstractmethod
    def convert(
        self,
        task: str,
        folder: Path,
        output: Path,
        *,
        precision: str,
        keep: Sequence[str],
        samples: Sequence[Any],
    ) -> Parity:
        """Write the model in ``folder`` into the folder ``output``, and compare the two on the
        ``samples``, which are the task's records.

        Layers whose name matches one of the patterns ``keep`` stay in float32.
        """
