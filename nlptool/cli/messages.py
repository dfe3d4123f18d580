"""What nlptool says on stderr: log lines for people or as JSON, errors, the exit code."""

from __future__ import annotations

import errno
import logging
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from nlptool import interrupt
from nlptool.errors import InternalError, InterruptedJobError, NlptoolError, UsageError, one_line
from nlptool.io.sinks import ReaderGone, cannot_write
from nlptool.io.visible import utf8, visible
from nlptool.notice import NOTICE

log = logging.getLogger("nlptool")
PANEL = "Messages"
logging.addLevelName(NOTICE, "NOTICE")
TIME = "%Y-%m-%dT%H:%M:%S%z"
OUR_LOG = re.compile(rb'(\{"time":")?\d{4}-\d\d-\d\dT')
LOOK = 64
"""Bytes at the start of a file that tell whether it is a log of ours."""


class MessageOptions(msgspec.Struct, frozen=True):
    """The options of every command about its messages."""

    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Say what is done and why.", rich_help_panel=PANEL),
    ] = False
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but errors.", rich_help_panel=PANEL)
    ] = False
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Messages as JSON lines.", rich_help_panel=PANEL)
    ] = False
    log_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add all messages to this file, too, whatever is said here.",
            rich_help_panel=PANEL,
        ),
    ] = None
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks.", rich_help_panel=PANEL)
    ] = False


class _Human(logging.Formatter):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def format(self, record: logging.LogRecord) -> str:
        plain = record.levelno in (logging.INFO, NOTICE)
        level = "" if plain else f"{record.levelname.lower()}: "
        text = utf8(f"nlptool: {level}{one_line(record.getMessage())}")
        text = visible(text) if self.terminal else text
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record, TIME),
            "level": record.levelname.lower(),
            "message": utf8(record.getMessage()),
        }
        if record.exc_info:
            entry["traceback"] = utf8(self.formatException(record.exc_info))
        return msgspec.json.encode(entry).decode()


class _Dated(_Human):
    def format(self, record: logging.LogRecord) -> str:
        return f"{self.formatTime(record, TIME)} [{record.process}] {super().format(record)}"


def set_up(options: MessageOptions) -> None:
    """Messages as asked; what libraries warn of is heard only with --debug.

    OutputError for a log file that cannot be written, UsageError for one that holds anything else.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if options.log_json else _Human(sys.stderr.isatty()))
    level = logging.ERROR if options.quiet else logging.INFO if options.verbose else NOTICE
    handler.setLevel(logging.DEBUG if options.debug else level)
    log.handlers, log.propagate = [handler], False
    log.setLevel(handler.level)
    if options.log_file:
        file = _log_file(options.log_file)
        file.setFormatter(_Json() if options.log_json else _Dated(False))
        file.setLevel(min(handler.level, logging.INFO))
        log.handlers.append(file)
        log.setLevel(file.level)
    logging.getLogger("nlptool_plugins").handlers = [*log.handlers]
    logging.getLogger("nlptool_plugins").setLevel(log.level)
    if not options.debug:
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")


def shows(level: int) -> bool:
    """Whether messages of a level are shown on stderr, whatever a log file gets."""
    return bool(log.handlers) and log.handlers[0].level <= level


def _log_file(path: Path) -> logging.Handler:
    try:
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                if not OUR_LOG.match(file.read(LOOK)):
                    raise UsageError(f"--log-file {path}: this is no log of nlptool's")
        return logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise cannot_write(path, error) from error


def guarded(work: Callable[[], int], options: MessageOptions) -> NoReturn:
    """Do the work and exit; every failure is one line and the exit code of its kind."""
    interrupt.raise_in_main()
    try:
        set_up(options)
        code = work()
    except ReaderGone:
        code = 0
    except BaseException as error:
        code = _report(understood(error), options)
    finally:
        interrupt.leave_at_once()
    if interrupt.Interrupt.received:
        interrupt.leave(code)
    raise typer.Exit(code)


def understood(error: BaseException) -> NlptoolError:
    """What a user is told of an exception: one of ours as it is, after a signal that, whatever a
    library made of it; a plugin's ``sys.exit`` and the panic of a library in Rust, which are no
    Exceptions, among the others."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return UsageError(f"too long for the name of a file: {str(error.filename)[:60]!r}...")
    if interrupt.Interrupt.received:
        return interrupt.Interrupt.received
    if isinstance(error, KeyboardInterrupt):
        return InterruptedJobError("interrupted")
    if isinstance(error, NlptoolError):
        return error
    name = type(error).__name__
    return InternalError(f"{name}: {one_line(error)} (--debug shows where)")


def _report(error: NlptoolError, options: MessageOptions) -> int:
    """Say what went wrong."""
    log.error("%s", error, exc_info=options.debug)
    return error.code
