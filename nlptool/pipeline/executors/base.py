"""What an executor is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from nlptool.pipeline.windows import Answered, Window


class Executor(ABC):
    """Holds the models and answers windows; never touches input or output files."""

    @property
    def unread(self) -> bool:
        """Whether records may come as lines that nobody has looked at."""
        return False

    @property
    @abstractmethod
    def devices(self) -> dict[str, str]:
        """The models that have answered, and where each runs."""

    @abstractmethod
    def map(self, windows: Iterable[Window]) -> Iterator[Answered]:
        """The windows answered, in their order, no more than a few of them read ahead.

        A window may come in parts, in the order of its records. What ends the job is raised.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the models, and end what was begun."""
