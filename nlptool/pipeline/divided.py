"""Records of several languages: their parts to the models of each, and one result of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nlptool.errors import RecordError
from nlptool.models.scripts import runs_of
from nlptool.tasks.base import Division, Task

Answer = Callable[[list[Any], Sequence[str | None]], Iterator[list[Any]]]
"""Answers items of known languages, in their order."""


class Divided:
    """The parts of some items; an item that is a RecordError stays one part."""

    def __init__(
        self, task: Task[Any, Any], division: Division[Any, Any], items: list[Any]
    ) -> None:
        self.join = division.join
        self.counts: list[int] = []
        self.parts: list[Any] = []
        self.languages: list[str | None] = []
        text_of = task.language
        for item in items:
            failed = isinstance(item, RecordError)
            runs = runs_of(text_of(item)) if text_of and not failed else []
            self.counts.append(len(runs) or 1)
            if len(runs) > 1:
                self.parts += [division.part(item, run.start, run.end) for run in runs]
                self.languages += [run.language for run in runs]
            else:
                self.parts.append(item)
                self.languages.append(runs[0].language if runs else None)

    def joined(self, answer: Answer) -> Iterator[list[Any]]:
        """A result for each item, as soon as all of its parts and all items before it have one."""
        if len(self.parts) == len(self.counts):
            yield from answer(self.parts, self.languages)
            return
        results: list[Any] = []
        item = start = 0
        for some in answer(self.parts, self.languages):
            results += some
            ready = []
            while item < len(self.counts) and start + self.counts[item] <= len(results):
                end = start + self.counts[item]
                ready.append(self._joined(self.parts[start:end], results[start:end]))
                item, start = item + 1, end
            if ready:
                yield ready

    def _joined(self, parts: list[Any], results: list[Any]) -> Any:
        """A part that failed fails all."""
        if len(parts) == 1:
            return results[0]
        failed = next((each for each in results if isinstance(each, RecordError)), None)
        return failed or self.join(parts, results)
