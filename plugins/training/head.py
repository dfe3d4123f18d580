"""What the training loop asks of a task, and how examples become a model's inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .batches import by_length

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

EVALUATION_BATCH = 64


class Item(NamedTuple):
    """One input: token ids and their types, and what the model is to answer: class numbers."""

    ids: Sequence[int]
    types: Sequence[int]
    target: tuple[int, ...]


class Head(Protocol):
    """A task's side of the training; ``items`` are the training examples, cut and numbered."""

    items: Sequence[Item]

    def make(self, base: Path, settings: Mapping[str, Any]) -> Any:
        """The model of transformers, its weights from the folder ``base``."""

    def loss(self, output: Any, targets: torch.Tensor, smoothing: float) -> torch.Tensor:
        """The mean loss of a batch; targets (batch, numbers of an Item's target)."""

    def answer(self, model: Any, feed: Feed) -> list[Any]:
        """The task's results for the dev examples, None for one that failed."""


@dataclass(frozen=True)
class Feed:
    """Items as tensors: ``names`` are the inputs that the model takes, ``pad`` fills them up."""

    names: Sequence[str]
    pad: int
    device: str

    def inputs(self, items: Sequence[Item]) -> dict[str, torch.Tensor]:
        """The model's inputs (batch, longest), padded on the right."""
        import torch

        longest = max(len(item.ids) for item in items)
        ids = torch.full((len(items), longest), self.pad)
        types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, item in enumerate(items):
            ids[row, : len(item.ids)] = torch.tensor(item.ids)
            types[row, : len(item.ids)] = torch.tensor(item.types)
            mask[row, : len(item.ids)] = 1
        batch = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        return {name: batch[name].to(self.device) for name in self.names}

    def targets(self, items: Sequence[Item]) -> torch.Tensor:
        """The items' targets (batch, numbers)."""
        import torch

        return torch.tensor([item.target for item in items], device=self.device)

    def outputs(self, model: Any, items: Sequence[Item], *names: str) -> list[list[Floats]]:
        """For each item the model's outputs of these names, in float32."""
        import torch

        found: list[list[Floats]] = [[] for _ in items]
        model.eval()
        with torch.inference_mode():
            for batch in by_length([len(item.ids) for item in items], EVALUATION_BATCH):
                output = model(**self.inputs([items[index] for index in batch]))
                for name in names:
                    for index, row in zip(batch, output[name].float().cpu().numpy(), strict=True):
                        found[index].append(row)
        return found
