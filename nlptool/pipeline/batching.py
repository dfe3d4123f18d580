"""Batches: records sorted by size inside a window, answered, and back in the order they came."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from nlptool.errors import InternalError, NlptoolError, RecordError, one_line
from nlptool.io.record import Chunk, Record
from nlptool.models.resolver import Models
from nlptool.pipeline.columns import ColumnMapping
from nlptool.plugins.adapter import Adapter, Batching

log = logging.getLogger(__name__)

Done = tuple[Record, Any]


class Stream:
    """Records in, answers out, in the same order; memory holds one window."""

    def __init__(self, columns: ColumnMapping, models: Models, count: int | None = None) -> None:
        self.columns = columns
        self.models = models
        self.count = count
        self.settled = 0
        """Records in windows that were given back whole."""

    def answer(self, chunks: Iterable[Chunk]) -> Iterator[list[Done]]:
        """Each record with its result or RecordError, as soon as all before it are done."""
        for chunk in chunks:
            start = 0
            while start < len(chunk):
                size = self._window(chunk[start])
                yield from self._answer_window(chunk[start : start + size])
                start += size

    def _batching(self, adapter: Adapter[Any, Any]) -> Batching:
        batching = adapter.batching
        if self.count is None:
            return batching
        return Batching(self.count, batching.budget, max(batching.window, self.count))

    def _window(self, first: Record) -> int:
        """How many records are sorted together: as the first one's model likes it."""
        try:
            name = self._model_of(self.columns.take(first))
        except RecordError:
            return 1
        return self._batching(self.models.adapter(name)).window

    def _model_of(self, item: Any) -> str:
        language = self.columns.task.language
        return self.models.only or self.models.pick(language(item) if language else "")

    def _groups(self, items: list[Any]) -> dict[str, list[int]]:
        """The indexes of the items, by model; an item that no model is for becomes its error."""
        good = [index for index, item in enumerate(items) if not isinstance(item, RecordError)]
        only = self.models.only
        if only:
            return {only: good}
        groups: dict[str, list[int]] = {}
        for index in good:
            try:
                groups.setdefault(self._model_of(items[index]), []).append(index)
            except RecordError as error:
                items[index] = error
        return groups

    def _answer_window(self, window: Chunk) -> Iterator[list[Done]]:
        items = self.columns.take_all(window)
        groups = self._groups(items)
        answers = [item if isinstance(item, RecordError) else None for item in items]
        ready = 0
        for name, indexes in groups.items():
            adapter = self.models.adapter(name)
            for batch in self._batches(items, indexes, self._batching(adapter)):
                asked = [items[index] for index in batch]
                results = self._finished(asked, answer_batch(adapter, asked))
                for index, result in zip(batch, results, strict=True):
                    answers[index] = result
                end = ready
                while end < len(window) and answers[end] is not None:
                    end += 1
                if ready < end < len(window):
                    yield list(zip(window[ready:end], answers[ready:end], strict=True))
                    ready = end
        self.settled += len(window)
        yield list(zip(window[ready:], answers[ready:], strict=True))

    def _finished(self, items: Sequence[Any], results: Sequence[Any]) -> Sequence[Any]:
        finish = self.columns.task.finish
        if finish is None:
            return results
        return [
            result if isinstance(result, RecordError) else finish(item, result, self.models.params)
            for item, result in zip(items, results, strict=True)
        ]

    def _batches(
        self, items: Sequence[Any], indexes: list[int], batching: Batching
    ) -> Iterator[list[int]]:
        """Indexes in batches of like size, within the count and the budget."""
        size = self.columns.task.size
        if size is None:
            for start in range(0, len(indexes), batching.count):
                yield indexes[start : start + batching.count]
            return
        sizes = {index: size(items[index]) for index in indexes}
        batch: list[int] = []
        for index in sorted(indexes, key=sizes.__getitem__):
            full = len(batch) >= batching.count
            if batch and (full or sizes[index] * (len(batch) + 1) > batching.budget):
                yield batch
                batch = []
            batch.append(index)
        if batch:
            yield batch


def answer_batch(adapter: Adapter[Any, Any], batch: Sequence[Any]) -> Sequence[Any]:
    """The adapter's results; when it raises, those of halves, so that one record fails alone."""
    try:
        results = adapter.predict(batch)
    except RecordError as error:
        if len(batch) == 1:
            return [error]
    except NlptoolError:
        raise
    except Exception as error:
        log.debug("model %s on a batch of %d", adapter.setup.model, len(batch), exc_info=True)
        if len(batch) == 1:
            name = type(error).__name__
            return [RecordError(f"model {adapter.setup.model}: {name}: {one_line(error)}")]
    else:
        if len(results) != len(batch):
            raise InternalError(
                f"model {adapter.setup.model} gave {len(results)} results for {len(batch)} records"
            )
        return results
    middle = len(batch) // 2
    return [*answer_batch(adapter, batch[:middle]), *answer_batch(adapter, batch[middle:])]
