"""A process of an executor: gets a job, then windows of its records, and answers them."""

from __future__ import annotations

import platform
import signal
import sys
from collections.abc import Callable
from typing import Any

from nlptool.cycles import look_less
from nlptool.errors import InternalError, ModelError
from nlptool.isolation.host import Host, answers, listen_to
from nlptool.isolation.messages import Ask, Begin, Loading, Ready, Reply, unpack
from nlptool.isolation.parent import end_with
from nlptool.models.pool import Pool
from nlptool.models.resolver import Resolver
from nlptool.pipeline.batching import Answerer
from nlptool.pipeline.identity import models_hash
from nlptool.pipeline.jobspec import decode
from nlptool.pipeline.rendering import rendered
from nlptool.plugins.adapter import Adapter, Batching
from nlptool.tasks import task_named


class WindowService:
    """Answers windows as an executor in one process would."""

    send: Callable[[Reply], None]

    def __init__(self) -> None:
        self.answerer: Answerer | None = None

    def reply(self, order: Any) -> Reply:
        """Begin a job, or answer a window of it."""
        if isinstance(order, Begin):
            listen_to(order.level)
            spec = decode(order.job)
            task = task_named(spec.task)
            resolver = Resolver(task, spec.choice)
            if models_hash(resolver) != order.models:
                raise ModelError(f"{platform.node()} has other models than the job was begun with")
            pool = TellingPool(resolver, self.send)
            retries = spec.execution.retries
            tune = spec.execution.tune
            self.answerer = Answerer(task, spec.params, pool, spec.batch, retries, tune=tune)
            return Ready(Batching())
        if not (isinstance(order, Ask) and self.answerer):
            raise InternalError("no job was begun")
        task = self.answerer.task
        items = unpack(order.kind, order.records, task)
        results = [result for part in self.answerer.answer(items) for result in part]
        return answers(rendered(results, order.form, task) if order.form else results)

    def close(self) -> None:
        """Let go of the models."""
        if self.answerer:
            self.answerer.pool.close()


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
