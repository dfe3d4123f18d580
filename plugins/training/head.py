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
    Inputs = dict[str, torch.Tensor]

EVALUATION_BATCH = 64
UNTOLD = -100
"""The class number where there is nothing to answer, as torch has it."""


class Item(NamedTuple):
    """One input: token ids and their types, and what the model is to answer: the probabilities of
    labels, the numbers of tokens, or the token ids of a text."""

    ids: Sequence[int]
    types: Sequence[int]
    target: tuple[float, ...]


class Head(Protocol):
    """A task's side of the training; ``items`` are the training examples, cut and numbered."""

    items: Sequence[Item]

    def make(self, base: Path, settings: Mapping[str, Any]) -> Any:
        """The model of transformers, its weights from the folder ``base``."""

    def loss(
        self, model: Any, inputs: Inputs, targets: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        """The mean loss of a batch; targets (batch, numbers of an Item's target)."""

    def answer(self, model: Any, feed: Feed) -> list[Any]:
        """The task's results for the dev examples, None for one that failed."""


@dataclass(frozen=True)
class Feed:
    """Items as tensors: ``names`` are the inputs that the model takes, ``pad`` fills them up.

    A decoder is given ``start`` and then what it is to answer, each token one step late.
    """

    names: Sequence[str]
    pad: int
    device: str
    start: int | None = None

    def inputs(self, items: Sequence[Item]) -> Inputs:
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
        inputs = {name: batch[name].to(self.device) for name in self.names}
        if self.start is not None and items[0].target:
            late = self.targets(items).roll(1, 1)
            late[:, 0] = self.start
            inputs["decoder_input_ids"] = late.masked_fill(late == UNTOLD, self.pad)
        return inputs

    def targets(self, items: Sequence[Item]) -> torch.Tensor:
        """The items' targets (batch, longest), UNTOLD after the end of shorter ones."""
        import torch

        longest = max(len(item.target) for item in items)
        rows = [[*item.target, *[UNTOLD] * (longest - len(item.target))] for item in items]
        return torch.tensor(rows, device=self.device)

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
