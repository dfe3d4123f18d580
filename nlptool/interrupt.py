"""Signals that end nlptool: one line and 130, from the first import to the last."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from nlptool.errors import InterruptedJobError

SIGNALS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class Interrupt(KeyboardInterrupt):
    """A signal, as no library's ``except Exception`` sees it; ``received`` tells of all of them."""

    received: str | None = None


def leave_at_once() -> None:
    """End with one line, outside of what can clean up after itself."""
    _install(_leave)


def raise_in_main() -> None:
    """End by an Interrupt, raised in the main thread; at once by a second signal."""
    _install(_raise)


def _install(handler: object) -> None:
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)  # type: ignore[arg-type]


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    text = SIGNALS[signal.Signals(number)]
    plain, structured = f"nlptool: error: {text}", f'{{"level":"error","message":"{text}"}}'
    line = structured if "--log-json" in sys.argv else plain
    os.write(2, f"{line}\n".encode())
    os._exit(InterruptedJobError.code)


def _raise(number: int, _frame: FrameType | None) -> NoReturn:
    if Interrupt.received:
        _leave(number, _frame)
    Interrupt.received = SIGNALS[signal.Signals(number)]
    raise Interrupt(Interrupt.received)
