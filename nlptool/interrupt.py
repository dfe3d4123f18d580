"""Signals that end nlptool, each with one line and a code of its own, and orderly ends of jobs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread, current_thread, main_thread
from types import FrameType, TracebackType
from typing import NoReturn, TypeVar

from nlptool.errors import (
    HungUpError,
    InterruptedJobError,
    NlptoolError,
    OutOfTimeError,
    TerminatedJobError,
)

Result = TypeVar("Result")

ENDINGS: dict[int, NlptoolError] = {
    signal.SIGINT: InterruptedJobError("interrupted"),
    signal.SIGTERM: TerminatedJobError("terminated"),
    signal.SIGHUP: HungUpError("hung up: the terminal or session has ended"),
    signal.SIGALRM: OutOfTimeError("out of time"),
}
ORDERLY = (signal.SIGTERM, signal.SIGALRM)
"""What waits for the end of a window."""
MOMENT = 0.05
"""Seconds until an Interrupt that nobody heard is raised again."""
HEARING = 0.2
"""Seconds after which a wait for another thread is begun again: a signal that comes just before it
does not end it, and is heard then."""
GRACE = 9.0
"""Seconds that a window has to end in good order; less than containers give before they kill."""


class Interrupt(KeyboardInterrupt):
    """A signal, as no library's ``except Exception`` sees it.

    ``received`` is what the first signal comes to, ``held`` whether a window is at work, which is
    to end in good order, ``raised`` whether the main thread has heard of it.
    """

    received: NlptoolError | None = None
    held = False
    raised = False


def leave_at_once() -> None:
    """End with one line, outside of what can clean up after itself."""
    _install(_leave)


def raise_in_main() -> None:
    """End by an Interrupt, raised in the main thread; at once by another signal after that."""
    _install(_raise)
    sys.unraisablehook = _raise_again
    sys.excepthook = _raise_printed


@contextmanager
def window() -> Iterator[None]:
    """A window of a job: what asks for its end in good order is heard when it is done."""
    Interrupt.held = True
    try:
        yield
    finally:
        Interrupt.held = False
    if Interrupt.received and not Interrupt.raised:
        Interrupt.raised = True
        raise Interrupt(str(Interrupt.received))


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """End in good order after so many seconds, and in any order some time later."""
    if seconds is None:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def later() -> Iterator[None]:
    """Signals wait; a process that is begun meanwhile hears none before it calls ``now``."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def now() -> None:
    """Hear signals again."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def heard(work: Callable[[], Result]) -> Result:
    """What work gives, which is one long call of a library, that hears of no signal: done in
    another thread, so that whoever ends nlptool need not wait for it."""
    if current_thread() is not main_thread():
        return work()
    from concurrent.futures import Future, wait

    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    while wait([future], HEARING).not_done:
        pass
    return future.result()


def leave(code: int) -> NoReturn:
    """End, whatever threads are still at work: Python would wait for some of them."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _install(handler: object) -> None:
    for number in ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)  # type: ignore[arg-type]


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    error = Interrupt.received or ENDINGS[number]
    plain, structured = f"nlptool: error: {error}", f'{{"level":"error","message":"{error}"}}'
    line = structured if "--log-json" in sys.argv else plain
    os.write(2, f"{line}\n".encode())
    os._exit(error.code)


def _raise(number: int, frame: FrameType | None) -> None:
    if Interrupt.raised:
        _leave(number, frame)
    first, Interrupt.received = Interrupt.received, Interrupt.received or ENDINGS[number]
    if Interrupt.held and number in ORDERLY and first is None:
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        return
    Interrupt.raised = True
    raise Interrupt(str(Interrupt.received))


def _raise_again(dropped: sys.UnraisableHookArgs) -> None:
    """An Interrupt may come in a finalizer or in the callback of a weak reference, as threads have
    them, and what is raised there Python drops."""
    if not _dropped(dropped.exc_value):
        sys.__unraisablehook__(dropped)


def _raise_printed(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What is written in C may print an Interrupt and go on."""
    if not _dropped(error):
        sys.__excepthook__(kind, error, trace)


def _dropped(error: BaseException | None) -> bool:
    """Whether it is an Interrupt, which comes again in a MOMENT."""
    if not isinstance(error, Interrupt):
        return False
    Interrupt.raised = False
    signal.setitimer(signal.ITIMER_REAL, MOMENT)
    return True
