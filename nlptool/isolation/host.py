"""The process that answers: reads orders, carries them out, and ends when nobody can ask any more.

It may run in an environment that has msgspec and an adapter's library, and is lent nlptool: what is
imported here imports nothing else.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Protocol

from nlptool.errors import FAILURES, InternalError, NlptoolError, RecordError
from nlptool.isolation import frames
from nlptool.isolation.messages import (
    Answers,
    Close,
    Failure,
    Order,
    Reply,
    Said,
    encode,
    pack,
    read_order,
)

LOGGERS = ("nlptool", "nlptool_plugins")


class Service(Protocol):
    """What a process does for whoever began it; ``send`` is given to it, for what is no reply."""

    send: Callable[[Reply], None]

    def reply(self, order: Any) -> Reply:
        """What an order comes to; a NlptoolError travels back."""

    def close(self) -> None:
        """Let go of all."""


class Host:
    """A service on the pipes that were standard input and output.

    Whatever a library prints goes to standard error; whatever it reads is empty.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.orders: SimpleQueue[Order] = SimpleQueue()
        self.pipe_in, self.pipe_out = _claim(0, "rb"), _claim(1, "wb")
        self.writing = Lock()
        service.send = self.send

    def serve(self) -> None:
        """Answer until told to close; the process ends with this."""
        Thread(target=self._listen, daemon=True).start()
        for name in LOGGERS:
            logging.getLogger(name).addHandler(Wire(self.send))
        while not isinstance(order := self.orders.get(), Close):
            self.send(replied(self.service, order))
        self.service.close()
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


def replied(service: Service, order: Order) -> Reply:
    """A service's reply, a NlptoolError as a Failure."""
    try:
        return service.reply(order)
    except NlptoolError as error:
        kinds = (kind.__name__ for kind in FAILURES if isinstance(error, kind))
        return Failure(next(kinds, InternalError.__name__), str(error))


def listen_to(level: int) -> None:
    """Send messages of this level and above."""
    for name in LOGGERS:
        logging.getLogger(name).setLevel(level)


def answers(results: list[Any]) -> Answers:
    """Results and RecordErrors as a reply."""
    kind, packed = pack([result for result in results if not isinstance(result, RecordError)])
    errors = {n: str(result) for n, result in enumerate(results) if isinstance(result, RecordError)}
    return Answers(kind, packed, errors)


class Wire(logging.Handler):
    """Sends log lines to the process that asks."""

    def __init__(self, send: Callable[[Reply], None]) -> None:
        super().__init__()
        self.pass_on = send

    def emit(self, record: logging.LogRecord) -> None:
        """The line's logger, level and text."""
        self.pass_on(Said(record.name, record.levelno, self.format(record)))


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
