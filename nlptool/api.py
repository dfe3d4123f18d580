"""nlptool from Python: the models of the command line, without a command line.

>>> import nlptool
>>> with nlptool.open_model("stem") as model:
...     model.predict(["The runners were running."])
[Stem(stem='the runner were run.')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from nlptool.errors import RecordError, UsageError
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.pipeline.batching import Answerer
from nlptool.tasks import Task, task_named, task_names
from nlptool.tasks.picture import Picture

__all__ = ["Model", "open_model"]


class Model:
    """The model of a task, or its models by language; weights are loaded once, on first use.

    Any number of requests, each with its own parameters, may follow one another; close it, or use
    it in a ``with`` statement.
    """

    def __init__(self, task: Task[Any, Any], choice: Choice) -> None:
        self.task = task
        self.pool = Pool(Resolver(task, choice))

    def predict(
        self, items: Iterable[Any], *, batch_size: int | None = None, **params: Any
    ) -> list[Any]:
        """A result an item, in their order; a RecordError stands for what cannot be answered.

        An item is the task's input struct, a mapping of its fields, or its first field alone: a
        text, or the path of a picture. ``params`` are those of the command. UsageError for an
        unknown parameter, ModelError for a model that cannot be had.
        """
        answerer = Answerer(self.task, self._params(params), self.pool, batch_size)
        given = [self._item(item) for item in items]
        return [result for part in answerer.answer(given) for result in part] if given else []

    def stream(self, item: Any, **params: Any) -> Iterator[Any]:
        """The parts of one item's result as the model makes them; the whole where it has no parts.

        RecordError where it cannot be answered.
        """
        asked, record = self._params(params), self._item(item)
        if isinstance(record, RecordError):
            raise record
        adapter = self.pool.adapter(self.pool.resolver.model_of(record, asked))
        adapter.check(asked)
        yield from adapter.stream(record, asked)

    def close(self) -> None:
        """Let go of the weights."""
        self.pool.close()

    def __enter__(self) -> Model:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _params(self, given: Mapping[str, Any]) -> Any:
        known = self.task.params.__struct_fields__
        unknown = next((name for name in given if name not in known), None)
        if unknown:
            there = ", ".join(known) or "none"
            raise UsageError(f"{self.task.name} has no parameter {unknown}; there are: {there}")
        try:
            return msgspec.convert(dict(given), self.task.params)
        except msgspec.ValidationError as error:
            raise UsageError(str(error).replace("`", "")) from error

    def _item(self, item: Any) -> Any:
        """The task's input, or the RecordError that says why an item is none."""
        if isinstance(item, self.task.input):
            return item
        if self.task.input is Picture:
            return _picture(Path(item))
        row = item if isinstance(item, Mapping) else {self.task.fields[0]: item}
        try:
            return msgspec.convert(row, self.task.input)
        except msgspec.ValidationError as error:
            return RecordError(str(error).replace("`", ""))


def open_model(
    task: str,
    model: str | None = None,
    *,
    device: str | None = None,
    backend: str | None = None,
    options: Mapping[str, Any] = {},
    registry: Path | None = None,
    store: Path | None = None,
    offline: bool | None = None,
    threads: int = 0,
) -> Model:
    """A model of a task: the default one, one of the registry by name, or a folder.

    The arguments are the command line's options. UsageError for an unknown task; nothing is loaded
    before the first request.
    """
    if task not in task_names():
        raise UsageError(f"{task} is no task; expected one of {', '.join(task_names())}")
    choice = Choice(model, device, backend, options, registry, store, threads=threads)
    if offline is not None:
        choice = msgspec.structs.replace(choice, offline=offline)
    return Model(task_named(task), choice)


def _picture(path: Path) -> Picture:
    """The first page of a file, opened when its turn comes."""
    from nlptool.io.pictures.pages import open_page

    return Picture(str(path), 1, partial(open_page, path, 1))
