"""A process that answers, as the one who asks sees it."""

from __future__ import annotations

import logging
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Thread, Timer
from typing import IO, cast

from nlptool.damaged import DAMAGED
from nlptool.errors import FAILURES
from nlptool.isolation import frames
from nlptool.isolation.messages import (
    Answers,
    Close,
    Failure,
    Loading,
    Order,
    Ready,
    Said,
    Written,
    encode,
    read_reply,
)

START = Path(__file__).with_name("start.py")
GRACE = 5.0
"""Seconds that a process has to end by itself."""
ERRORS = {error.__name__: error for error in FAILURES}

log = logging.getLogger(__name__)


class ChildError(Exception):
    """The process did not answer, and is no more; the text goes on after "its process".

    ``late`` says that it was ended, for it took too long.
    """

    def __init__(self, text: str, late: bool = False) -> None:
        super().__init__(text)
        self.late = late


class Child:
    """A Python that hosts a service. It ends with close, or when its asker's process does.

    What it writes to standard error is for --debug alone.
    """

    def __init__(self, command: Sequence[str | Path]) -> None:
        self.process = Popen(  # noqa: S603
            command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
        self.orders = cast(IO[bytes], self.process.stdin)
        self.replies = cast(IO[bytes], self.process.stdout)
        self.words: deque[str] = deque(maxlen=1)
        self.listener = Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.late = False
        self.timer: Timer | None = None
        self.devices: dict[str, str] = {}
        """The models that it has loaded, and where they run."""

    def ask(self, order: Order, timeout: float | None = None) -> Ready | Answers | Written:
        """The reply to an order, or the exception of nlptool.errors that it is.

        ChildError where there is none within ``timeout`` seconds, if any, besides those in which
        it says that it loads a model; the process is then ended.
        """
        body = encode(order)
        self.late = False
        try:
            self._time(timeout)
            frames.write(self.orders, body)
            reply = self._reply(timeout)
        except (EOFError, BrokenPipeError) as error:
            fate = self._fate()
            raise ChildError(
                f"gave no answer in {timeout:g} s" if self.late else fate, self.late
            ) from error
        except (frames.BrokenFrameError, *DAMAGED) as error:
            log.debug("%s", error)
            self.kill()
            raise ChildError("wrote into its pipe what is no message") from error
        except BaseException:
            self.kill()
            raise
        finally:
            self._time(None)
        if isinstance(reply, Failure):
            raise ERRORS[reply.kind](reply.message)
        return reply

    def memory(self) -> int:
        """The bytes of memory that it holds; 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def close(self) -> None:
        """End it, if it has not ended and does not when it is told to."""
        if self.orders.closed:
            return
        with suppress(OSError):
            frames.write(self.orders, encode(Close()))
            with suppress(TimeoutExpired):
                self.process.wait(GRACE)
        self.kill()

    def kill(self) -> None:
        """End it now, and the processes that it began."""
        self._signal()
        self.process.wait()
        for pipe in (self.orders, self.replies):
            with suppress(OSError):
                pipe.close()
        self.listener.join(GRACE)

    def _reply(self, timeout: float | None) -> Ready | Answers | Written | Failure:
        """The next reply; what is said before it goes to the log."""
        while isinstance(reply := read_reply(frames.read(self.replies)), Said | Loading):
            if isinstance(reply, Said):
                logging.getLogger(reply.logger).log(reply.level, "%s", reply.text)
                continue
            self._time(timeout if reply.done else None)
            if reply.done:
                self.devices[reply.model] = reply.device
        return reply

    def _time(self, timeout: float | None) -> None:
        """Give it so many seconds from now on, or all that it needs."""
        if self.timer:
            self.timer.cancel()
        self.timer = None
        if timeout is not None:
            self.timer = Timer(timeout, self._expire)
            self.timer.daemon = True
            self.timer.start()

    def _fate(self) -> str:
        """How it ended."""
        with suppress(TimeoutExpired):
            self.process.wait(GRACE)
        self.kill()
        code = self.process.returncode
        if code == -signal.SIGKILL:
            return "was killed, perhaps for want of memory"
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return ": ".join([f"ended with code {code}", *self.words])

    def _expire(self) -> None:
        self.late = True
        self._signal()

    def _signal(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _listen(self) -> None:
        with cast(IO[bytes], self.process.stderr) as lines:
            for line in lines:
                text = line.decode(errors="replace").strip()
                if text:
                    self.words.append(text)
                    log.debug("%s", text)


def lent_python(python: Path, lent: Mapping[str, Path]) -> list[str | Path]:
    """The command of a Python of another environment, with the packages that are lent to it."""
    places = (f"{name}={place}" for name, place in lent.items())
    return [python, "-Iu", START, str(os.getpid()), *places]
