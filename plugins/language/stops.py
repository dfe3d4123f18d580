"""Texts that end what a language model says."""

from __future__ import annotations

from collections.abc import Sequence


def first(text: str, stops: Sequence[str]) -> int | None:
    """Where the first stop begins."""
    found = [place for stop in stops if (place := text.find(stop)) >= 0]
    return min(found, default=None)


class Held:
    """Gives out a text as it grows, but nothing that is, or may become, a stop."""

    def __init__(self, stops: Sequence[str]) -> None:
        self.stops = stops
        self.held = ""
        self.stopped = False

    def add(self, piece: str) -> str:
        """What can be said now."""
        self.held += piece
        cut = first(self.held, self.stops)
        self.stopped = cut is not None
        ready = len(self.held) - self._beginning() if cut is None else cut
        said, self.held = self.held[:ready], self.held[ready:]
        return said

    def rest(self) -> str:
        """What was held back and is no stop."""
        return "" if self.stopped else self.held

    def _beginning(self) -> int:
        """How many characters at the end may be the beginning of a stop."""
        text = self.held
        lengths = (
            length
            for stop in self.stops
            for length in range(min(len(stop) - 1, len(text)), 0, -1)
            if text.endswith(stop[:length])
        )
        return max(lengths, default=0)
