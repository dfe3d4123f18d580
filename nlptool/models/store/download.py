"""One file by HTTP: resumed by Range, retried while it gets on, never under its final name."""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError, OutputError
from nlptool.models.store.pace import Pace, TooSlowError
from nlptool.models.store.watch import Watch, size_text
from nlptool.models.store.web import BACKOFF, RETRIES, UnreachableError, Web, bare

if TYPE_CHECKING:
    from requests import Response

log = logging.getLogger(__name__)

CHUNK = 1 << 18
PARTIAL, RANGE_REFUSED = 206, 416
IDENTITY = {"Accept-Encoding": "identity"}
LIMIT = 32 << 30
"""Bytes of a file whose size the registry does not say."""
PAGE = (b"<!doctype html", b"<html")


class Note(msgspec.Struct, frozen=True):
    """The version, as the server named it, of a file that is partly here."""

    validator: str


class Download:
    """A file on its way into a folder, where the next process finds what is there already."""

    def __init__(self, web: Web, url: str, folder: Path, watch: Watch, label: str) -> None:
        key = hashlib.sha256(url.encode()).hexdigest()[:16]
        self.web, self.url, self.watch, self.label = web, url, watch, label
        self.whole = folder / key
        self.part = folder / f"{key}.part"
        self.note = folder / f"{key}.json"

    def run(self, size: int | None = None, pinned: bool = False) -> Path:
        """The whole file, of ``size`` bytes if that is known; ModelError where it cannot be had.

        ``pinned`` says that the caller knows the content's hash, so that even a file of a server
        that names no version may be resumed. Whoever finds the content wrong must delete it.
        """
        best = tries = 0
        while not self.whole.exists():
            try:
                total = self._receive(size, pinned)
            except _WebPage as error:
                self.forget()
                raise ModelError(
                    f"{bare(self.url)}: the server gave a web page in place of the file"
                ) from error
            except OSError:
                self.forget()
                raise
            except _Cut as cut:
                tries = 0 if cut.here > best else tries + 1
                best = max(best, cut.here)
                if tries > RETRIES:
                    raise UnreachableError(f"{bare(self.url)}: {cut}") from cut
                log.info("%s: %s; going on", bare(self.url), cut)
                time.sleep(BACKOFF * 2**tries)
                continue
            if size is not None and total != size:
                self.forget()
                raise ModelError(f"{bare(self.url)}: has {total} bytes, expected {size}")
            self.part.rename(self.whole)
            self.note.unlink()
        return self.whole

    def forget(self) -> None:
        """Delete what is here of the file."""
        for file in (self.whole, self.part, self.note):
            file.unlink(missing_ok=True)

    def _receive(self, size: int | None, pinned: bool) -> int:
        """One request for what is missing; how many bytes are here when it ended well."""
        from urllib3.exceptions import HTTPError

        response, here, total = self._ask(pinned)
        limit = LIMIT if size is None else size
        pace = Pace(here)
        room = shutil.disk_usage(self.part.parent).free
        if total and total - here > room:
            raise OutputError(
                f"{bare(self.url)} needs {size_text(total - here)}, "
                f"{self.part.parent} has {size_text(room)} free"
            )
        with response, self.part.open("ab" if here else "wb") as file:
            try:
                while chunk := response.raw.read1(CHUNK, decode_content=False):
                    if not here and chunk[:20].lstrip().lower().startswith(PAGE):
                        raise _WebPage
                    self.watch.check()
                    file.write(chunk)
                    here += len(chunk)
                    self.watch.update(self.label, here, total or size)
                    if here > limit:
                        break
                    pace.check(here)
            except TooSlowError as error:
                raise UnreachableError(f"{bare(self.url)}: {error}") from error
            except HTTPError as error:
                raise _Cut(here, f"ended after {here} of {total or 'unknown'} bytes") from error
        if size is None and here > limit:
            self.forget()
            raise ModelError(
                f"{bare(self.url)}: gave more than {size_text(limit)}, and no size of it is pinned"
            )
        if total is not None and here < min(total, limit):
            raise _Cut(here, f"ended after {here} of {total} bytes")
        return here

    def _ask(self, pinned: bool) -> tuple[Response, int, int | None]:
        """The answer, how many bytes are here already, and how many there will be."""
        here, validator = self._kept(pinned)
        headers = {"Range": f"bytes={here}-"} if here else {}
        if validator:
            headers["If-Range"] = validator
        response = self.web.get(self.url, IDENTITY | headers)
        if _misfits(response, here):
            response.close()
            self.forget()
            here = 0
            response = self.web.get(self.url, IDENTITY)
            if _misfits(response, here):
                response.close()
                raise ModelError(
                    f"{bare(self.url)}: the server says {response.status_code} to a request for "
                    "the whole file"
                )
        if response.status_code != PARTIAL:
            here = 0
        length = response.headers.get("Content-Length", "")
        total = here + int(length) if length.isdecimal() else None
        tag = response.headers.get("ETag", "")
        validator = response.headers.get("Last-Modified", "") if tag[:2] in ("", "W/") else tag
        self.note.write_bytes(msgspec.json.encode(Note(validator)))
        return response, here, total

    def _kept(self, pinned: bool) -> tuple[int, str]:
        """Bytes of an earlier try that the server can be asked to go on from, and their version."""
        try:
            note = msgspec.json.decode(self.note.read_bytes(), type=Note)
            here = self.part.stat().st_size
        except (OSError, *DAMAGED):
            return 0, ""
        return (here, note.validator) if note.validator or pinned else (0, "")


def _misfits(response: Response, here: int) -> bool:
    """Whether an answer is none to a request for what stands behind ``here`` bytes."""
    start = response.headers.get("Content-Range", "").startswith(f"bytes {here}-")
    status = response.status_code
    return status == RANGE_REFUSED or (status == PARTIAL and not start)


class _Cut(Exception):  # noqa: N818
    """The connection ended too early; ``here`` bytes are kept."""

    def __init__(self, here: int, text: str) -> None:
        super().__init__(text)
        self.here = here


class _WebPage(Exception):  # noqa: N818
    """The server answered with HTML, as portals and login pages do."""
