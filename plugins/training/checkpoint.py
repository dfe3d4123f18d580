"""What a run that was killed goes on from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlptool.errors import InputError, OutputError, UsageError

if TYPE_CHECKING:
    import torch

NAME = "checkpoint.pt"
Weights = dict[str, "torch.Tensor"]


def save(folder: Path, state: dict[str, Any]) -> None:
    """The state, whole or not at all."""
    import torch

    part = folder / f"{NAME}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / NAME)
    except (OSError, RuntimeError) as error:
        raise OutputError(f"{folder / NAME}: {error}") from error


def load(folder: Path, identity: str) -> dict[str, Any] | None:
    """The state of a run with this identity; None where there is none yet."""
    import pickle

    import torch

    file = folder / NAME
    if not file.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    if state["identity"] != identity:
        raise UsageError(
            f"{file} is of a run with other options or data; go on with the same, or remove it"
        )
    return state


def remove(folder: Path) -> None:
    """No checkpoint, once the run is complete."""
    (folder / NAME).unlink(missing_ok=True)


def trained(model: torch.nn.Module) -> Weights:
    """The weights that training changes."""
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def copied(weights: Weights) -> Weights:
    """The weights as they are now."""
    return {name: weight.detach().clone() for name, weight in weights.items()}


def put(model: torch.nn.Module, weights: Weights) -> None:
    """Set the trained weights."""
    import torch

    with torch.no_grad():
        for name, weight in trained(model).items():
            weight.copy_(weights[name])
