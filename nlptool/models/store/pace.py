"""How slow a server may be before it counts as one that never ends."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Timer
from time import monotonic
from typing import Any

FLOOR, WINDOW = 1000, 30.0
"""Bytes a second that a server must send, over so many seconds."""
HEADERS = 60.0
"""Seconds in which the headers of an answer must have come."""


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
    """Have the connections of a urllib3 pool manager cut where headers do not come in time: a
    time-out of a socket begins anew with every byte."""
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def in_time(pool: Any) -> Any:
        class Connection(pool.ConnectionCls):  # type: ignore[misc]
            def getresponse(self) -> Any:
                late = Event()
                timer = Timer(HEADERS, _cut, [self.sock, late])
                timer.daemon = True
                timer.start()
                try:
                    response = super().getresponse()
                except Exception as error:
                    raise (TimeoutError() if late.is_set() else error) from error
                finally:
                    timer.cancel()
                if late.is_set():
                    response.close()
                    raise TimeoutError
                return response

        class Pool(pool):  # type: ignore[misc]
            ConnectionCls = Connection

        return Pool

    manager.pool_classes_by_scheme = {
        "http": in_time(HTTPConnectionPool),
        "https": in_time(HTTPSConnectionPool),
    }


def _cut(connection: Any, late: Event) -> None:
    """End a connection whose other end goes on and on."""
    late.set()
    with suppress(OSError, AttributeError):
        connection.shutdown(socket.SHUT_RDWR)
