"""What a training that was killed goes on from: arrays and JSON in one npz file, no pickle."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from nlptool.errors import InputError, OutputError, UsageError
from nlptool.plugins.trainer import MaskPlan

NAME = "checkpoint.npz"
FACTS = "facts"
Arrays = dict[str, dict[str, Any]]
"""Arrays by their names, in groups: of the model, the optimizer, the average, the best."""


def identity(config: dict[str, Any], plan: MaskPlan) -> str:
    """What must be the same for a training to go on."""
    whole = msgspec.json.encode([config, plan.seed, plan.average, plan.every], order="sorted")
    return hashlib.sha256(whole).hexdigest()


def save(folder: Path, facts: dict[str, Any], groups: Arrays) -> None:
    """Write both, whole or not at all."""
    arrays: dict[str, Any] = {
        f"{group}/{name}": value for group, of in groups.items() for name, value in of.items()
    }
    arrays[FACTS] = np.frombuffer(msgspec.json.encode(facts), np.uint8)
    part = folder / f"{NAME}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / NAME)
    except OSError as error:
        raise OutputError(f"{folder / NAME}: {error.strerror or error}") from error


def load(folder: Path, identity: str) -> tuple[dict[str, Any], Arrays] | None:
    """What was saved by a training with this identity; None where there is nothing yet."""
    file = folder / NAME
    if not file.exists():
        return None
    groups: Arrays = {}
    try:
        with np.load(file, allow_pickle=False) as saved:
            facts: dict[str, Any] = msgspec.json.decode(saved[FACTS].tobytes())
            for key in saved.files:
                group, slash, name = key.partition("/")
                if slash:
                    groups.setdefault(group, {})[name] = saved[key]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    if facts["identity"] != identity:
        raise UsageError(
            f"{file} is of a training with other options; go on with the same, or remove it"
        )
    return facts, groups


def remove(folder: Path) -> None:
    """No checkpoint, once the training is complete."""
    (folder / NAME).unlink(missing_ok=True)
