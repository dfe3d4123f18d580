"""A process of an executor: gets a job, then windows of its records, and answers them."""

from __future__ import annotations

import platform
import signal
import sys
from collections.abc import Callable
from typing import Any

from nlptool.cycles import look_less
from nlptool.errors import InternalError, ModelError, some_failed
from nlptool.io import reader
from nlptool.io.formats.registry import input_named, output_named
from nlptool.io.formats.unread import Reading, Unread
from nlptool.isolation.host import Host, answers, listen_to
from nlptool.isolation.messages import (
    Ask,
    AskLines,
    Begin,
    Loading,
    Ready,
    Reply,
    Written,
    unpack,
)
from nlptool.isolation.parent import end_with
from nlptool.models.pool import Pool
from nlptool.models.resolver import Resolver
from nlptool.pipeline.batching import Answerer
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.identity import models_hash
from nlptool.pipeline.jobspec import decode
from nlptool.pipeline.rendering import Rendering, rendered
from nlptool.plugins.adapter import Adapter, Batching
from nlptool.tasks import task_named


class WindowService:
    """Answers windows as an executor in one process would."""

    send: Callable[[Reply], None]

    def __init__(self) -> None:
        self.job: Job | None = None

    def reply(self, order: Any) -> Reply:
        """Begin a job, or answer a window of it."""
        if isinstance(order, Begin):
            listen_to(order.level)
            self.job = Job(order, self.send)
            return Ready(Batching())
        if self.job and isinstance(order, Ask):
            return self.job.answers(order)
        if self.job and isinstance(order, AskLines):
            return self.job.written(order)
        raise InternalError("no job was begun")

    def close(self) -> None:
        """Let go of the models."""
        if self.job:
            self.job.answerer.pool.close()


class Job:
    """A job, as far as its windows are answered."""

    def __init__(self, order: Begin, send: Callable[[Reply], None]) -> None:
        spec = decode(order.job)
        self.task = task_named(spec.task)
        resolver = Resolver(self.task, spec.choice)
        if models_hash(resolver) != order.models:
            raise ModelError(f"{platform.node()} has other models than the job was begun with")
        pool, how = TellingPool(resolver, send), spec.execution
        self.answerer = Answerer(
            self.task, spec.params, pool, spec.batch, how.retries, tune=how.tune
        )
        self.columns = ColumnMapping(self.task, spec.fields, spec.id_field, spec.with_input)
        written = output_named(order.written) if order.written else None
        self.rendering = Rendering(spec, self.columns, written)
        self.options = reader.options_of(spec.input)

    def answers(self, order: Ask) -> Reply:
        """The results of records, in the form that is asked for."""
        items = unpack(order.kind, order.records, self.task)
        return answers(rendered(self._results(items), order.form, self.task))

    def written(self, order: AskLines) -> Reply:
        """All that is to be written of lines; their answers where some are to be looked at."""
        how = Reading.of(input_named(order.format, documents=False), self.options)
        records = Unread(how, order.lines, order.first).records
        results = self._results(self.columns.take_all(records))
        if some_failed(results):
            return answers(rendered(results, self.rendering.of(records), self.task))
        return Written(self.rendering.written_of(records, results))

    def _results(self, items: list[Any]) -> list[Any]:
        return [result for part in self.answerer.answer(items) for result in part]


class TellingPool(Pool):
    """Tells of each model that it loads: that takes time, which is no record's."""

    def __init__(self, resolver: Resolver, tell: Callable[[Reply], None]) -> None:
        super().__init__(resolver)
        self.tell = tell

    def _load(self, name: str) -> Adapter[Any, Any]:
        self.tell(Loading(name))
        adapter = super()._load(name)
        self.tell(Loading(name, self.devices[name], done=True))
        return adapter


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # its parent ends it, once the window is done
    end_with(int(sys.argv[1]))
    look_less()
    Host(WindowService()).serve()
