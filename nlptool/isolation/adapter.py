"""An adapter that runs in another process, as the pipeline sees it: one like any other."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from nlptool.errors import InternalError, ModelError, RecordError, TransientError
from nlptool.isolation.child import Child, ChildError, lent_python
from nlptool.isolation.messages import Answers, Ask, Load, Ready, encode, pack, unpack
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.tasks import Task, reference_of, task_named

DEATHS = 20
"""So many ends of the process without one answer between them end the job."""

log = logging.getLogger(__name__)


class Patience(msgspec.Struct, frozen=True):
    """The option of every model that runs in an environment: seconds that a batch, or the start,
    may take."""

    timeout: Annotated[float, msgspec.Meta(gt=0)] = 300.0


class IsolatedAdapter(Adapter[Any, Any]):
    """Stands for an adapter that lives in a process of its own, in the Python of an environment.

    When the process dies, its batch is tried again in halves, each in a new process, so that only
    the record that kills it fails; one that takes too long fails its batch.
    """

    tasks = ()

    def __init__(self, setup: Setup, cls: type[Adapter[Any, Any]], python: Path) -> None:
        self.timeout = setup.read_options(Patience).timeout
        options = {key: value for key, value in setup.options.items() if key != "timeout"}
        super().__init__(replace(setup, options=options))
        self.cls = cls
        self.python = python
        self.task = task_named(setup.task)
        self.deaths = 0
        self.child: Child | None = self._start()

    def predict(self, batch: Sequence[Any], params: Any) -> Sequence[Any]:
        """What the adapter there answers; RecordError where its process dies of the batch."""
        self.child = self.child or self._start()
        kind, records = pack(batch)
        try:
            reply = self.child.ask(Ask(kind, records, Raw(encode(params))), self.timeout)
        except ChildError as error:
            return self._buried(error, len(batch))
        self.deaths = 0
        if not isinstance(reply, Answers):
            raise InternalError(f"model {self.setup.model}: its process answers out of turn")
        return woven(unpack(reply.kind, reply.results, self.task), reply.errors)

    def close(self) -> None:
        """End the process."""
        if self.child:
            self.child.close()

    def _start(self) -> Child:
        adapter = f"{self.cls.__module__}:{self.cls.__qualname__}"
        task = reference_of(self.setup.task)
        order = Load(adapter, task, self.setup, logging.getLogger("nlptool").getEffectiveLevel())
        try:
            child = Child(lent_python(self.python, _lent(self.cls, self.task)))
        except OSError as error:
            raise ModelError(f"{self.python} cannot be run: {error.strerror}") from error
        try:
            reply = child.ask(order, self.timeout)
        except ChildError as error:
            raise ModelError(f"model {self.setup.model}: its process {error}") from error
        except BaseException:
            child.kill()
            raise
        if isinstance(reply, Ready):
            self.batching = reply.batching
        return child

    def _buried(self, error: ChildError, count: int) -> list[TransientError]:
        """The errors of a batch that took too long; raises them for one that killed the process."""
        self.child = None
        self.deaths += 1
        if self.deaths >= DEATHS:
            raise ModelError(
                f"model {self.setup.model}: its process has ended {DEATHS} times without an "
                f"answer; the last one {error}"
            ) from error
        told = TransientError(f"model {self.setup.model}: its process {error}")
        if error.late:
            return [told] * count
        raise told from error


def woven(results: list[Any], errors: dict[int, str]) -> list[Any]:
    """Results with the errors between them, each at its place."""
    woven = list(results)
    for index in sorted(errors):
        woven.insert(index, RecordError(errors[index]))
    return woven


def _lent(cls: type[Adapter[Any, Any]], task: Task[Any, Any]) -> dict[str, Path]:
    """Where nlptool and the packages of the adapter and its task are."""
    modules = ("nlptool", cls.__module__, task.input.__module__, task.params.__module__)
    names = {module.partition(".")[0] for module in modules}
    files = {name: Path(str(sys.modules[name].__file__)) for name in names}
    return {
        name: file.parent if file.name == "__init__.py" else file for name, file in files.items()
    }
