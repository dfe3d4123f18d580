"""The weights on disk."""

from __future__ import annotations

from pathlib import Path

from nlptool.errors import ModelError
from nlptool.registry import Model


def folder_for(name: str, model: Model) -> Path | None:
    """The folder with the model's files, None for a model that needs none."""
    if not model.files:
        return None
    raise ModelError(f"model {name} is not here")
