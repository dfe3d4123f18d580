"""A process of an executor: gets a job, then windows of its records, and answers them."""

from __future__ import annotations

import sys
from typing import Any

from nlptool.errors import InternalError
from nlptool.isolation.host import Host, answers, listen_to
from nlptool.isolation.messages import Ask, Begin, Ready, Reply, unpack
from nlptool.isolation.parent import end_with
from nlptool.models.pool import Pool
from nlptool.models.resolver import Resolver
from nlptool.pipeline.batching import Answerer
from nlptool.pipeline.jobspec import decode
from nlptool.plugins.adapter import Batching
from nlptool.tasks import task_named


class WindowService:
    """Answers windows as an executor in one process would."""

    def __init__(self) -> None:
        self.answerer: Answerer | None = None

    def reply(self, order: Any) -> Reply:
        """Begin a job, or answer a window of it."""
        if isinstance(order, Begin):
            listen_to(order.level)
            spec = decode(order.job)
            task = task_named(spec.task)
            pool = Pool(Resolver(task, spec.choice))
            self.answerer = Answerer(task, spec.params, pool, spec.batch)
            return Ready(Batching())
        if not (isinstance(order, Ask) and self.answerer):
            raise InternalError("no job was begun")
        items = unpack(order.kind, order.records, self.answerer.task)
        return answers([result for part in self.answerer.answer(items) for result in part])

    def close(self) -> None:
        """Let go of the models."""
        if self.answerer:
            self.answerer.pool.close()


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    Host(WindowService()).serve()
