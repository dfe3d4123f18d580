"""Exported Paddle models, for each task that there is a module for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from nlptool.adapter import Adapter, Setup

from .predictor import check_device

DOERS: Mapping[str, str] = {"sentiment": "text:Classifier"}
"""For each task the module beside this one, and the class in it, that does it."""


class Paddle(Adapter[Any, Any]):
    """A Paddle model of any task; what is particular to one is in its own adapter."""

    tasks = tuple(DOERS)
    needs = {"paddle": "nlptool[paddle]", "tokenizers": "nlptool"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        module, _, name = DOERS[setup.task].partition(":")
        cls: type[Adapter[Any, Any]] = getattr(import_module(f".{module}", __package__), name)
        self.doer = cls(setup)
        self.batching = self.doer.batching  # type: ignore[misc]

    def predict(self, batch: Sequence[Any]) -> Sequence[Any]:
        """What the task's own adapter answers."""
        return self.doer.predict(batch)

    def close(self) -> None:
        """Let go of the model."""
        self.doer.close()

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA where the installed Paddle was built for it."""
        check_device(device)
