"""What is told of records that fail: the first ones whole, of the others their number."""

from __future__ import annotations

import logging

TOLD = 20
"""A job whose every record fails is not to fill a terminal or a log."""


class Failures:
    """Counts what fails, and warns of the first."""

    def __init__(self, log: logging.Logger) -> None:
        self.log = log
        self.count = 0

    def tell(self, message: str) -> None:
        """One more."""
        self.count += 1
        if self.count <= TOLD:
            self.log.warning("%s", message)
        if self.count == TOLD:
            self.log.warning("further ones are only counted")
