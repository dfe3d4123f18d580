"""The process of an adapter: reads orders, answers them, and ends when nobody can ask any more.

It runs in an environment that has msgspec and the adapter's library, and is lent nlptool: what is
imported here imports nothing else.
"""

from __future__ import annotations

import logging
import os
from importlib import import_module
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any

import msgspec
from msgspec.structs import replace

from nlptool.errors import (
    FAILURES,
    InternalError,
    ModelError,
    NlptoolError,
    RecordError,
    one_line,
)
from nlptool.isolation import frames
from nlptool.isolation.loading import made
from nlptool.isolation.messages import (
    Answers,
    Ask,
    Close,
    Failure,
    Load,
    Order,
    Ready,
    Reply,
    Said,
    encode,
    pack,
    read_order,
    unpack,
)
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.tasks import task_named

LOGGERS = ("nlptool", "nlptool_plugins")

log = logging.getLogger(__name__)


class Host:
    """One adapter, served on the pipes that were standard input and output.

    Whatever a library prints goes to standard error; whatever it reads is empty.
    """

    def __init__(self) -> None:
        self.orders: SimpleQueue[Order] = SimpleQueue()
        self.pipe_in, self.pipe_out = _claim(0, "rb"), _claim(1, "wb")
        self.writing = Lock()
        self.adapter: Adapter[Any, Any] | None = None

    def serve(self) -> None:
        """Answer until told to close; the process ends with this."""
        Thread(target=self._listen, daemon=True).start()
        while not isinstance(order := self.orders.get(), Close):
            self.send(self._reply(order))
        if self.adapter:
            self.adapter.close()
        os._exit(0)

    def send(self, reply: Reply) -> None:
        """Send from any thread."""
        body = encode(reply)
        with self.writing:
            frames.write(self.pipe_out, body)

    def _listen(self) -> None:
        """Queue the orders; when the pipe ends, its other end is gone, and so is all need of us,
        even in the midst of an answer."""
        try:
            while True:
                self.orders.put(read_order(frames.read(self.pipe_in)))
        finally:
            os._exit(0)

    def _reply(self, order: Load | Ask) -> Reply:
        try:
            return self._load(order) if isinstance(order, Load) else self._answer(order)
        except NlptoolError as error:
            kinds = (kind.__name__ for kind in FAILURES if isinstance(error, kind))
            return Failure(next(kinds, InternalError.__name__), str(error))

    def _load(self, order: Load) -> Reply:
        for name in LOGGERS:
            logging.getLogger(name).addHandler(_Wire(self))
            logging.getLogger(name).setLevel(order.level)
        params = msgspec.convert(order.setup.params, task_named(order.setup.task).params)
        setup = replace(order.setup, params=params)
        self.adapter = made(_class(order.adapter, setup), setup)
        return Ready(self.adapter.batching)

    def _answer(self, order: Ask) -> Reply:
        if self.adapter is None:
            raise ModelError("no model is loaded")
        records = unpack(order.kind, order.records)
        try:
            results = self.adapter.predict(records)
        except NlptoolError:
            raise
        except Exception as error:
            model = self.adapter.setup.model
            log.debug("model %s on a batch of %d", model, len(records), exc_info=True)
            name = type(error).__name__
            raise RecordError(f"model {model}: {name}: {one_line(error)}") from error
        kind, packed = pack([result for result in results if not isinstance(result, RecordError)])
        errors = {
            index: str(result)
            for index, result in enumerate(results)
            if isinstance(result, RecordError)
        }
        return Answers(kind, packed, errors)


class _Wire(logging.Handler):
    """Sends log lines to the process that asks."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host

    def emit(self, record: logging.LogRecord) -> None:
        """The line's logger, level and text."""
        self.host.send(Said(record.name, record.levelno, self.format(record)))


def _claim(descriptor: int, mode: str) -> IO[bytes]:
    """A pipe, under a number that no library knows."""
    pipe: IO[bytes] = os.fdopen(os.dup(descriptor), mode)
    if descriptor == 0:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
    else:
        os.dup2(2, 1)
    return pipe


def _class(adapter: str, setup: Setup) -> type[Adapter[Any, Any]]:
    """The adapter's class; ModelError where it cannot be imported here."""
    module, _, name = adapter.partition(":")
    try:
        cls: type[Adapter[Any, Any]] = getattr(import_module(module), name)
    except Exception as error:
        raise ModelError(
            f"model {setup.model}: its adapter cannot be imported in its environment: "
            f"{type(error).__name__}: {one_line(error)}"
        ) from error
    cls.check_device(setup.device)
    return cls
