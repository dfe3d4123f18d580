"""Batches: records of like size together, each kind to its model, and back in their order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nlptool.errors import RecordError, TransientError, some_failed
from nlptool.models.pool import Pool
from nlptool.models.resolver import Resolver
from nlptool.pipeline.tuning import Tuner
from nlptool.plugins.adapter import Adapter, Batching
from nlptool.plugins.asking import ask
from nlptool.tasks import Task

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before what failed is asked again; each pause is twice the one before."""

AnyAdapter = Adapter[Any, Any]


class Answerer:
    """Answers a task's records by the models of a pool; ``count`` goes before a model's own.

    What may pass is asked ``retries`` times more. With ``tune`` the count is the one that is
    quickest, as far as that is known.
    """

    def __init__(
        self,
        task: Task[Any, Any],
        params: Any,
        pool: Pool,
        count: int | None = None,
        retries: int = 0,
        *,
        tune: bool = False,
    ) -> None:
        self.tune = tune
        self.tuners: dict[str, Tuner] = {}
        self.task = task
        self.params = params
        self.pool = pool
        self.count = count
        self.retries = retries
        self.checked: set[str] = set()

    def answer(self, items: list[Any]) -> Iterator[list[Any]]:
        """Results and RecordErrors in the items' order, as soon as all before them are done.

        An item may be a RecordError already.
        """
        if self.task.division and not self.pool.resolver.only:
            from nlptool.pipeline.divided import Divided

            yield from Divided(self.task, self.task.division, items).joined(self._answer)
        else:
            yield from self._answer(items)

    def _answer(
        self, items: list[Any], languages: Sequence[str | None] | None = None
    ) -> Iterator[list[Any]]:
        """As answer; ``languages`` are the items', where they are known."""
        answers: list[Any] = [None] * len(items)
        if some_failed(items):
            answers = [item if isinstance(item, RecordError) else None for item in items]
        ready = 0
        for name, indexes in self._by_model(items, answers, languages).items():
            adapter = self._adapter(name)
            tuner = self._tuner(name, adapter)
            count = tuner.count if tuner else self.count
            spent = 0.0
            for batch in self._batches(items, indexes, _counted(adapter.batching, count)):
                whole = len(batch) == len(items) and self.task.size is None
                asked = items if whole else [items[index] for index in batch]
                with self.pool.turn(name):
                    start = time.perf_counter()
                    results = answer_batch(adapter, asked, self.params, self.retries, tuner)
                    spent += time.perf_counter() - start
                results = self._finished(asked, results)
                if whole:
                    answers = [*results]
                    break
                for index, result in zip(batch, results, strict=True):
                    answers[index] = result
                end = ready
                while end < len(items) and answers[end] is not None:
                    end += 1
                if ready < end < len(items):
                    yield answers[ready:end]
                    ready = end
            if tuner and len(indexes) >= tuner.count:
                size = self.task.size or (lambda _item: 1)
                tuner.took(sum(size(items[index]) for index in indexes), spent)
        yield answers[ready:]

    def _tuner(self, name: str, adapter: AnyAdapter) -> Tuner | None:
        """What finds the model's batch, where it is to be found."""
        if not self.tune:
            return None
        if name not in self.tuners:
            setup = adapter.setup
            key = f"{name} {setup.device} {setup.precision} {setup.threads}"
            file = self.pool.resolver.store.root / "batches.json"
            self.tuners[name] = Tuner(adapter.batching.count, file, key)
        return self.tuners[name]

    def _adapter(self, name: str) -> AnyAdapter:
        adapter = self.pool.adapter(name)
        if name not in self.checked:
            adapter.check(self.params)
            self.checked.add(name)
        return adapter

    def _by_model(
        self,
        items: Sequence[Any],
        answers: list[Any],
        languages: Sequence[str | None] | None,
    ) -> Mapping[str, Sequence[int]]:
        """The indexes of the items, by model; an item that no model is for gets its error."""
        good: Sequence[int] = range(len(items))
        if any(answers):
            good = [index for index in good if answers[index] is None]
        resolver = self.pool.resolver
        if resolver.only:
            return {resolver.only: good} if good else {}
        groups: dict[str, list[int]] = {}
        for index in good:
            try:
                if languages is None:
                    name = resolver.model_of(items[index], self.params)
                else:
                    name = resolver.of_language(languages[index])
                groups.setdefault(name, []).append(index)
            except RecordError as error:
                answers[index] = error
        return groups

    def _finished(self, items: Sequence[Any], results: Sequence[Any]) -> Sequence[Any]:
        finish = self.task.finish
        if finish is None:
            return results
        return [
            result if isinstance(result, RecordError) else finish(item, result, self.params)
            for item, result in zip(items, results, strict=True)
        ]

    def _batches(
        self, items: Sequence[Any], indexes: Sequence[int], batching: Batching
    ) -> Iterator[Sequence[int]]:
        """Indexes in batches of like size, within the count and the budget."""
        size = self.task.size
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


def window_size(resolver: Resolver, params: Any, item: Any, count: int | None) -> int:
    """How many records are answered together from this one on, as its model likes it."""
    if isinstance(item, RecordError):
        return 1
    try:
        name = resolver.model_of(item, params)
    except RecordError:
        return 1
    return _counted(resolver.batching(name), count).window


def _counted(batching: Batching, count: int | None) -> Batching:
    if count is None:
        return batching
    return Batching(count, batching.budget, max(batching.window, count))


def answer_batch(
    adapter: AnyAdapter,
    batch: Sequence[Any],
    params: Any,
    retries: int = 0,
    tuner: Tuner | None = None,
) -> Sequence[Any]:
    """The adapter's results; those of what failed but may pass are asked for ``retries`` times
    more, after pauses that grow. ``tuner`` hears of batches that are too much for memory."""
    results = ask(adapter, batch, params, tuner.heard if tuner else None)
    for tried in range(retries):
        failed = [n for n, result in enumerate(results) if isinstance(result, TransientError)]
        if not failed:
            break
        time.sleep(min(FIRST_PAUSE * 2**tried, LONGEST_PAUSE))
        again = ask(adapter, [batch[n] for n in failed], params)
        results = list(results)
        for n, result in zip(failed, again, strict=True):
            results[n] = result
    return results
