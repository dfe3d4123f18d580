"""Predictors of one model side by side."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Setup

from .predictor import Predictor, threads_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Given = tuple[dict[str, Any], list[int] | None]
"""Inputs by name, and the lengths of sequences, as Predictor.run takes them."""


class Predictors:
    """As many predictors as there are threads, each on one thread.

    For small networks that beats one predictor on all threads, which wait for each other at every
    layer. On a GPU there is one predictor.
    """

    def __init__(self, setup: Setup, below: str = "", onednn: bool = True) -> None:
        self.first = Predictor.open(setup, below, threads=1, onednn=onednn)
        self.count = threads_of(setup) if setup.device == "cpu" else 1
        self.free: SimpleQueue[Predictor] = SimpleQueue()
        self.free.put(self.first)
        for _ in range(self.count - 1):
            self.free.put(self.first.clone())
        self.pool = ThreadPoolExecutor(self.count)

    def run(self, several: Iterable[Given]) -> list[list[Array]]:
        """The outputs for each of several inputs, in order."""
        return list(self.pool.map(self._run, several))

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()

    def _run(self, given: Given) -> list[Array]:
        predictor = self.free.get()
        try:
            return predictor.run(*given)
        finally:
            self.free.put(predictor)
