"""An evaluation in a process of its own, so that its memory is one model's alone."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from nlptool import interrupt
from nlptool.errors import InternalError, ModelError, NlptoolError, one_line
from nlptool.evaluation.evaluate import Plan, Report, evaluate
from nlptool.isolation.parent import end_with
from nlptool.models.resolver import Resolver
from nlptool.models.store import Watch
from nlptool.pipeline.jobspec import Counts
from nlptool.tasks import task_named

log = logging.getLogger("nlptool")


def evaluate_isolated(
    plan: Plan, model: str, tick: Callable[[Counts], None], watch: Watch
) -> Report:
    """As evaluate; its log lines and its errors become ours.

    Weights that are not here yet are pulled first, by this process, where a user sees it.
    """
    Resolver(task_named(plan.task), plan.choice, watch).find(model)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(there, plan, model, log.level), daemon=True)
    resource_tracker.ensure_running()  # process.start() would, and lets signals in again
    with interrupt.later():
        process.start()
    there.close()
    while True:
        try:
            said = here.recv()
        except EOFError as error:
            process.join()
            raise ModelError(
                f"model {model}: its process ended with code {process.exitcode}; was it killed "
                "for want of memory?"
            ) from error
        if isinstance(said, Report):
            process.join()
            return said
        if isinstance(said, NlptoolError):
            process.join()
            raise said
        if isinstance(said, Counts):
            tick(said)
        else:
            log.log(*said)


class _Wire(logging.Handler):
    """Sends log lines to the process that asked."""

    def __init__(self, wire: Connection[Any, Any]) -> None:
        super().__init__()
        self.wire = wire

    def emit(self, record: logging.LogRecord) -> None:
        """Level and text."""
        self.wire.send((record.levelno, record.getMessage()))


def _work(wire: Connection[Any, Any], plan: Plan, model: str, level: int) -> None:
    """Evaluate; what a library prints goes to stderr, what it warns of nowhere."""
    parent = multiprocessing.parent_process()
    end_with(parent.pid if parent and parent.pid else os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupt.now()
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    log.addHandler(_Wire(wire))
    log.setLevel(level)
    with suppress(BrokenPipeError):  # who asked has ended
        try:
            wire.send(evaluate(plan, model, wire.send))
        except NlptoolError as error:
            wire.send(error)
        except BaseException as error:
            log.debug("evaluating %s", model, exc_info=True)
            wire.send(InternalError(f"{type(error).__name__}: {one_line(error)}"))
