"""Windows one after the other, in this process: a record is answered as soon as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nlptool import interrupt
from nlptool.pipeline.batching import Answerer
from nlptool.pipeline.executors.base import Executor
from nlptool.pipeline.windows import Answered, Window


class Serial(Executor):
    """Answers by an Answerer."""

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer

    @property
    def devices(self) -> dict[str, str]:
        """Those of its pool."""
        return self.answerer.pool.devices

    def map(self, windows: Iterable[Window]) -> Iterator[Answered]:
        """Each window in parts, as they are done."""
        for window in windows:
            done = 0
            with interrupt.window():
                for results in self.answerer.answer(window.items()):
                    end = done + len(results)
                    last = end == len(window.records)
                    yield Answered(window.number, window.records[done:end], results, last)
                    done = end

    def close(self) -> None:
        """Let go of the models."""
        self.answerer.pool.close()
