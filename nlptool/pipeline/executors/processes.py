"""Windows side by side, in processes that each have the models."""

from __future__ import annotations

import itertools
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, Queue
from threading import Event, Lock, Semaphore, Thread, local
from typing import Any, Protocol

from msgspec.structs import replace

from nlptool import interrupt
from nlptool.errors import InternalError, ModelError, NlptoolError, RecordError
from nlptool.io.formats.unread import Unread
from nlptool.isolation.adapter import woven
from nlptool.isolation.child import Child, ChildError
from nlptool.isolation.messages import (
    Answers,
    Ask,
    AskLines,
    Begin,
    Form,
    Order,
    Ready,
    Reply,
    Written,
    pack,
    unpack,
)
from nlptool.models.device import core_count, require
from nlptool.models.resolver import Resolver
from nlptool.pipeline.batching import FIRST_PAUSE, LONGEST_PAUSE
from nlptool.pipeline.executors.base import Executor
from nlptool.pipeline.executors.pace import Pace
from nlptool.pipeline.identity import models_hash
from nlptool.pipeline.jobspec import JobSpec, encode
from nlptool.pipeline.rendering import Rendering
from nlptool.pipeline.windows import Answered, Window

log = logging.getLogger(__name__)

AHEAD = 2
"""Windows that are read ahead, for each process."""
DEATHS = 20
"""So many ends of processes without one answer between them end the job."""
WORKER = "nlptool.pipeline.executors.worker"

Asked = Future[Answered]


class Answering(Protocol):
    """A process as its asker sees it: ``Child``, or what is like one."""

    devices: dict[str, str]

    def ask(self, order: Order, timeout: float | None = None) -> Ready | Answers | Written: ...
    def memory(self) -> int: ...
    def close(self) -> None: ...
    def kill(self) -> None: ...


class Processes(Executor):
    """As many processes as the job says, which share the threads of the machine.

    When one dies, its window is done again in halves by new ones, so that only the record that
    kills it fails; when one takes too long, record by record.
    """

    pixels = False
    """Whether pictures are opened here, and not where they are answered."""

    def __init__(self, spec: JobSpec, resolver: Resolver, rendering: Rendering) -> None:
        self.task = resolver.task
        self.rendering = rendering
        _make_ready(resolver)
        jobs = spec.execution.jobs or 1
        self.retries = spec.execution.retries
        self.pace = Pace(spec.execution.seconds)
        threads = max(1, core_count() // jobs)
        choice = replace(spec.choice, threads=spec.choice.threads or threads)
        level = logging.getLogger("nlptool").getEffectiveLevel()
        plain, devices = replace(spec, artifact=None), spec.execution.devices
        models = models_hash(resolver)
        choices = [replace(choice, device=require(device)) for device in devices] or [choice]
        self.begins = itertools.cycle(
            Begin(encode(replace(plain, choice=one)), level, models, rendering.written)
            for one in choices
        )
        self.memory = spec.execution.memory
        self.unordered = spec.execution.unordered
        self.ahead = (1 + AHEAD) * jobs
        self.room = Semaphore(self.ahead)
        self.asked: Queue[Asked | BaseException | None] = Queue()
        self.pool = ThreadPoolExecutor(jobs)
        self.mine = local()
        self.children: list[Answering] = []
        self.lock = Lock()
        self.deaths = 0
        self.told: dict[str, str] = {}
        self.closed = Event()

    @property
    def unread(self) -> bool:
        """Where results come as they are to be written, and no record has a time of its own."""
        return bool(self.rendering.written) and self.pace.seconds is None

    @property
    def devices(self) -> dict[str, str]:
        """Those that the processes have told of."""
        return self.told

    def map(self, windows: Iterable[Window]) -> Iterator[Answered]:
        """Each window whole; the next ones are read while the first are waited for, or answered
        where they may be ``unordered``."""
        Thread(target=self._read, args=(windows,), daemon=True).start()
        while (asked := self._next()) is not None:
            if isinstance(asked, BaseException):
                raise asked
            with interrupt.window():
                yield asked.result()
            self.room.release()

    def _next(self) -> Asked | BaseException | None:
        while True:
            with suppress(Empty):
                return self.asked.get(timeout=interrupt.HEARING)

    def close(self) -> None:
        """End the processes."""
        self.closed.set()
        self.pool.shutdown(wait=False, cancel_futures=True)
        with self.lock:
            for child in self.children:
                child.kill()
        self.pool.shutdown()

    def _read(self, windows: Iterable[Window]) -> None:
        """Hand out the windows as they are read; what fails is raised where they are waited for."""
        try:
            for window in windows:
                self.room.acquire()
                if self.closed.is_set():
                    return
                asked = self.pool.submit(self._answer, window)
                if self.unordered:
                    asked.add_done_callback(self.asked.put)
                else:
                    self.asked.put(asked)
            for _ in range(self.ahead if self.unordered else 0):
                self.room.acquire()
        except BaseException as error:
            self.asked.put(error)
        else:
            self.asked.put(None)

    def _answer(self, window: Window) -> Answered:
        number, records, _ = window
        reply = self._of_lines(records) if isinstance(records, Unread) else None
        if isinstance(reply, Written):
            return Answered(number, records, [], written=reply.data)
        items, form = window.items(), self.rendering.of(records)
        results = self._found(reply, form) if reply else self._of_items(items, form)
        return Answered(number, records, results, rendered=bool(form))

    def _of_lines(self, records: Unread) -> Reply | None:
        """The reply to lines as they are; None where they end a process: then records are asked."""
        order = AskLines(records.how.form, records.lines, records.first)
        with suppress(ChildError):
            return self._ask(order, len(records))
        return None

    def _of_items(self, items: list[Any], form: Form) -> list[Any]:
        good = [item for item in items if not isinstance(item, RecordError)]
        errors = {n: str(item) for n, item in enumerate(items) if isinstance(item, RecordError)}
        pieces = self.pace.pieces(good) if good else []
        tries = self.retries
        results = [result for piece in pieces for result in self._results(piece, form, tries)]
        return woven(results, errors)

    def _results(self, items: Sequence[Any], form: Form, tries: int) -> list[Any]:
        """The results of a process for items, all of which are good, in a form; one that ends a
        process has so many more tries."""
        kind, records = pack(items, pixels=self.pixels)
        try:
            reply = self._ask(Ask(kind, records, form=form), len(items))
        except ChildError as error:
            if len(items) == 1 and tries:
                return self._results(items, form, tries - 1)
            if len(items) == 1:
                return [RecordError(f"the process that answered it {error}")]
            size = 1 if error.late else (len(items) + 1) // 2
            parts = (items[start : start + size] for start in range(0, len(items), size))
            return [result for part in parts for result in self._results(part, form, tries)]
        return self._found(reply, form)

    def _ask(self, order: Order, count: int) -> Reply:
        """The reply of this thread's process to an order of so many records; ChildError, when the
        process is buried, for none."""
        child = self._child()
        models, start = len(child.devices), time.monotonic()
        try:
            reply = child.ask(order, self.pace.allowed(count))
        except ChildError as error:
            self._bury(error)
            raise
        self.deaths = 0
        if len(child.devices) == models:
            self.pace.learn(count, time.monotonic() - start)
        self.told |= child.devices
        if self.memory and child.memory() > self.memory:
            self._replace(child)
        return reply

    def _found(self, reply: Reply, form: Form) -> list[Any]:
        if not isinstance(reply, Answers):
            raise InternalError("a process answers out of turn")
        results = unpack(reply.kind, reply.results, self.task, rendered=bool(form))
        return woven(results, reply.errors)

    def start(self) -> Answering:
        """A process more."""
        # -P: no module comes from the current folder, which is nobody's to trust
        return Child([sys.executable, "-P", "-m", WORKER, str(os.getpid())])

    def _child(self) -> Answering:
        """The process of this thread; another one where it ends before it was asked anything."""
        tried = 0
        while (child := getattr(self.mine, "child", None)) is None:
            child = self._begun()
            try:
                child.ask(self.mine.begin)
            except ChildError as error:
                self._bury(error)
                self.closed.wait(min(FIRST_PAUSE * 2**tried, LONGEST_PAUSE))
                tried += 1
        found: Answering = child
        return found

    def _begun(self) -> Answering:
        """A process more, for this thread."""
        with self.lock:
            if self.closed.is_set():
                raise ModelError("the job has ended")
            child = self.start()
            self.children.append(child)
            if not hasattr(self.mine, "begin"):
                self.mine.begin = next(self.begins)
        self.mine.child = child
        return child

    def _replace(self, child: Answering) -> None:
        """Another process for one that holds too much memory."""
        log.info("a process held %d MiB and is replaced", child.memory() >> 20)
        with self.lock:
            self.children.remove(child)
        self.mine.child = None
        child.close()

    def _bury(self, error: ChildError) -> None:
        with self.lock:
            self.children.remove(self.mine.child)
        self.mine.child = None
        self.deaths += not error.late
        if self.closed.is_set() or self.deaths >= DEATHS:
            raise ModelError(
                f"processes have ended {DEATHS} times without an answer; the last one {error}"
            ) from error


def _make_ready(resolver: Resolver) -> None:
    """Pull what is missing once, here, where a user sees it."""
    names = [resolver.only] if resolver.only else resolver.defaults.values()
    for name in dict.fromkeys(names):
        try:
            resolver.find(name or "")
        except NlptoolError:
            if resolver.only:
                raise
