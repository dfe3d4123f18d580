"""What nlptool says on stderr: log lines for people or as JSON, errors, the exit code."""

from __future__ import annotations

import errno
import logging
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, NoReturn

import msgspec
import typer

from nlptool import interrupt
from nlptool.errors import InternalError, InterruptedJobError, NlptoolError, UsageError, one_line
from nlptool.io.sinks import ReaderGone
from nlptool.io.visible import utf8, visible
from nlptool.notice import NOTICE

log = logging.getLogger("nlptool")
PANEL = "Messages"
logging.addLevelName(NOTICE, "NOTICE")


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
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": utf8(record.getMessage()),
        }
        if record.exc_info:
            entry["traceback"] = utf8(self.formatException(record.exc_info))
        return msgspec.json.encode(entry).decode()


def set_up(options: MessageOptions) -> None:
    """Messages as asked; what libraries warn of is heard only with --debug."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if options.log_json else _Human(sys.stderr.isatty()))
    level = logging.ERROR if options.quiet else logging.INFO if options.verbose else NOTICE
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.DEBUG if options.debug else level)
    logging.getLogger("nlptool_plugins").handlers = [handler]
    logging.getLogger("nlptool_plugins").setLevel(log.level)
    if not options.debug:
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")


def guarded(work: Callable[[], int], options: MessageOptions) -> NoReturn:
    """Do the work and exit; every failure is one line and the exit code of its kind."""
    set_up(options)
    interrupt.raise_in_main()
    try:
        code = work()
    except ReaderGone:
        code = 0
    except NlptoolError as error:
        code = _report(error, options)
    except BaseException as error:
        code = _report(_understood(error), options)
    finally:
        interrupt.leave_at_once()
    raise typer.Exit(code)


def _understood(error: BaseException) -> NlptoolError:
    """What a user is told of an exception that is none of ours: a plugin's ``sys.exit`` and the
    panic of a library in Rust, which are no Exceptions, among them."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return UsageError(f"too long for the name of a file: {str(error.filename)[:60]!r}...")
    if isinstance(error, KeyboardInterrupt):
        return InterruptedJobError("interrupted")
    name = type(error).__name__
    return InternalError(f"{name}: {one_line(error)} (--debug shows where)")


def _report(error: NlptoolError, options: MessageOptions) -> int:
    """Say what went wrong; after a signal, that, whatever a library made of it."""
    if interrupt.Interrupt.received:
        error = InterruptedJobError(interrupt.Interrupt.received)
    log.error("%s", error, exc_info=options.debug)
    return error.code
