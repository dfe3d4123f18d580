"""How slow a server may be before it counts as one that never ends."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from time import monotonic
from typing import Any

FLOOR, WINDOW = 1000, 30.0
"""Bytes a second that a server must send, over so many seconds."""
HEADERS = 60.0
"""Seconds in which hands must have been shaken, and in which the headers of an answer come."""


class TooSlowError(Exception):
    """The server sends so little that it will never end."""


class Pace:
    """Refuses a server that sends less than FLOOR bytes a second over a WINDOW; ``here`` bytes came
    before."""

    def __init__(self, here: int) -> None:
        self.here, self.since = here, monotonic()

    def check(self, here: int) -> None:
        """``here`` bytes are here now; TooSlowError where that is not enough."""
        passed = monotonic() - self.since
        if passed < WINDOW:
            return
        if here - self.here < FLOOR * passed:
            raise TooSlowError(f"the server sends less than {FLOOR} bytes a second")
        self.here, self.since = here, monotonic()


def bound(manager: Any) -> None:
    """Have the connections of a urllib3 pool manager cut where TLS or headers do not come in time:
    a time-out of a socket begins anew with every byte."""
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def timed(pool: Any) -> Any:
        class Connection(pool.ConnectionCls):  # type: ignore[misc]
            plain: Any = None

            def _new_conn(self) -> Any:
                connection = super()._new_conn()
                # TLS takes the first one over, and shows its own only when hands were shaken
                self.plain = connection.dup()
                return connection

            def connect(self) -> None:
                try:
                    with _in_time(lambda: self.plain):
                        super().connect()
                finally:
                    if self.plain:
                        self.plain.close()

            def getresponse(self) -> Any:
                with _in_time(lambda: self.sock):
                    return super().getresponse()

        class Pool(pool):  # type: ignore[misc]
            ConnectionCls = Connection

        return Pool

    manager.pool_classes_by_scheme = {
        "http": timed(HTTPConnectionPool),
        "https": timed(HTTPSConnectionPool),
    }


@contextmanager
def _in_time(connection: Callable[[], Any]) -> Iterator[None]:
    """TimeoutError where HEADERS seconds are not enough; the connection, of which the other end
    goes on and on, is shut then."""
    late = Event()

    def cut() -> None:
        late.set()
        with suppress(OSError, AttributeError):
            connection().shutdown(socket.SHUT_RDWR)

    timer = Timer(HEADERS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        raise (TimeoutError() if late.is_set() else error) from error
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError
