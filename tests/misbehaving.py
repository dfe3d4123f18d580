"""A real HTTP server on loopback that misbehaves on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 1 << 14


@dataclass
class Page:
    """What a path answers.

    ``statuses`` are given one a request before the answer, with ``retry_after``, and then ``held``
    is set; ``always`` is the status of every answer; ``cut`` ends the connection after so
    many bytes of each answer, ``cuts`` times; ``claim`` is a false Content-Length. With ``hold``
    the answer stops after so many bytes: ``held`` is set and the rest waits for ``release``.
    ``trickle`` is how many bytes of a header come one by one; ``drops`` requests get no answer.
    """

    body: bytes = b""
    kind: str = "application/octet-stream"
    statuses: list[int] = field(default_factory=list)
    retry_after: str = ""
    always: int | None = None
    redirect: str = ""
    cut: int | None = None
    cuts: int = 1 << 30
    claim: int | None = None
    ranges: bool = True
    etag: str | None = '"1"'
    hold: int | None = None
    trickle: int = 0
    drops: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, str]] = field(default_factory=list)


class Site:
    """Paths with their pages, and where they are."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Page] = {}

    def add(self, path: str, page: Page) -> str:
        self.pages[path] = page
        return self.url + path


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self.close_connection = True
        page = self.site.pages.get(self.path.partition("?")[0])
        if page is None:
            self.send_error(404)
            return
        page.asked.append({name.lower(): value for name, value in self.headers.items()})
        if page.drops:
            page.drops -= 1
            return
        if page.statuses:
            self.send_response(page.statuses.pop(0))
            if page.retry_after:
                self.send_header("Retry-After", page.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()
            page.held.set()
            return
        if page.always:
            self.send_response(page.always)
            self.send_header("Content-Range", "bytes 7-8/9")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"no")
            return
        if page.trickle:
            self.send_response(200)
            self.flush_headers()
            with suppress(ConnectionError):
                self.wfile.write(b"X: ")
                for _ in range(page.trickle):
                    page.release.wait(0.001)
                    self.wfile.write(b"x")
                self.wfile.write(b"\r\nContent-Length: 0\r\n\r\n")
            return
        if page.redirect:
            self.send_response(302)
            self.send_header("Location", page.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with suppress(ConnectionError):
            self._answer(page)

    def _answer(self, page: Page) -> None:
        start = self._start(page)
        if start and start >= len(page.body):
            self.send_error(416)
            return
        body = page.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", page.kind)
        length = len(body) if page.claim is None else page.claim
        self.send_header("Content-Length", str(length))
        if page.etag:
            self.send_header("ETag", page.etag)
        if start:
            self.send_header(
                "Content-Range", f"bytes {start}-{len(page.body) - 1}/{len(page.body)}"
            )
        self.end_headers()
        if page.cut is not None and page.cuts > 0:
            page.cuts -= 1
            body = body[: page.cut]
        self._send(page, body)

    def _start(self, page: Page) -> int:
        asked = self.headers.get("Range", "")
        same = self.headers.get("If-Range") in (None, page.etag)
        if not (asked and page.ranges and same):
            return 0
        return int(asked.removeprefix("bytes=").rstrip("-"))

    def _send(self, page: Page, body: bytes) -> None:
        sent = 0
        while sent < len(body):
            piece = body[sent : sent + PIECE]
            if page.hold is not None and sent <= page.hold < sent + len(piece):
                piece = piece[: page.hold - sent]
                self.wfile.write(piece)
                self.wfile.flush()
                page.held.set()
                page.release.wait(120)
                page.hold = None
            else:
                self.wfile.write(piece)
            sent += len(piece)


@contextmanager
def serve() -> Iterator[Site]:
    """A site that answers while the block runs."""

    class Handler(_Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Handler.site
    finally:
        for page in Handler.site.pages.values():
            page.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
