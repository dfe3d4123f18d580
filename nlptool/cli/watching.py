"""A folder in which files arrive, and what becomes of each."""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nlptool.errors import FAILURES, NlptoolError, OutputError
from nlptool.io.files import make_folder
from nlptool.io.formats.registry import output_of
from nlptool.io.sinks import cannot_write

log = logging.getLogger("nlptool")

LOOK = 0.5
"""Seconds between two looks."""
BAD = {error.code for error in FAILURES if error.__name__ in ("InputError", "RecordError")} | {0}
"""What a command ends with when it has done all that it can with a file."""
LOCK = ".lock"

State = tuple[int, int]


class Watched:
    """A folder with its files that arrive, and ``working``, ``done`` and ``failed`` in it."""

    def __init__(
        self, folder: Path, output: Path, words: Sequence[str], suffix: str | None, settle: float
    ) -> None:
        self.folder = folder
        self.output = output
        self.words = words
        self.suffix = suffix
        self.settle = settle
        self.seen: dict[str, tuple[State, float]] = {}
        self.mine = folder / "working" / f"{os.uname().nodename}-{os.getpid()}"
        for place in (output, *(folder / name for name in ("working", "done", "failed"))):
            make_folder(place)

    def run(self, *, once: bool) -> int:
        """Do what arrives, until a signal, or ``once`` until nothing is left; how many failed."""
        failed = 0
        self._recover()
        with self._held():
            while True:
                for file in self._settled():
                    failed += not self._do(file)
                if once and not self.seen:
                    return failed
                time.sleep(LOOK)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """The folder of this watcher, locked while it lives."""
        make_folder(self.mine)
        with (self.mine / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                (self.mine / LOCK).unlink()
                self.mine.rmdir()

    def _settled(self) -> Iterator[Path]:
        """The files that have not changed for long enough."""
        now = time.monotonic()
        there: dict[str, tuple[State, float]] = {}
        for entry in sorted(os.scandir(self.folder), key=lambda entry: entry.name):
            with suppress(FileNotFoundError):
                if entry.name.startswith(".") or not entry.is_file():
                    continue
                found = entry.stat()
                state = (found.st_size, found.st_mtime_ns)
                before = self.seen.get(entry.name)
                since = before[1] if before and before[0] == state else now
                there[entry.name] = (state, since)
        self.seen = there
        for name, (_, since) in [*there.items()]:
            if now - since >= self.settle:
                del self.seen[name]
                yield self.folder / name

    def _do(self, file: Path) -> bool:
        """Take a file, unless another watcher does; whether all went well."""
        work = self.mine / file.name
        try:
            file.rename(work)
        except FileNotFoundError:
            return True
        except OSError as error:
            raise cannot_write(work, error) from error
        try:
            return self._done(work)
        except BaseException:
            work.rename(file)
            raise

    def _done(self, work: Path) -> bool:
        target = self.output / f"{work.name}{self._suffix(work.name)}"
        words = [*self.words, "-i", str(work), "-o", str(target)]
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-m", "nlptool", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        told = done.stderr.decode("utf-8", "backslashreplace")
        sys.stderr.write(told)
        if done.returncode not in BAD:
            raise EndedError(done.returncode, told)
        place = self.folder / ("failed" if done.returncode else "done")
        where = _free(place / work.name)
        work.rename(where)
        if done.returncode:
            where.with_name(f"{where.name}.log").write_text(told)
        log.info("%s: %s", work.name, place.name)
        return not done.returncode

    def _suffix(self, name: str) -> str:
        """What a file's results are named by."""
        if self.suffix is not None:
            return self.suffix
        try:
            form = output_of(name)
        except OutputError:
            return ".txt"
        return ".txt" if form.binary or form.document else ""

    def _recover(self) -> None:
        """What watchers of this machine left that are no more comes back."""
        for folder in (self.folder / "working").glob(f"{os.uname().nodename}-*"):
            lock = folder / LOCK
            with suppress(OSError), lock.open("r+") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for file in folder.iterdir():
                    if file != lock:
                        file.rename(_free(self.folder / file.name))
                lock.unlink()
                folder.rmdir()


class EndedError(NlptoolError):
    """The command cannot do its work at all: its model, device, output or options are wrong."""

    def __init__(self, code: int, told: str) -> None:
        super().__init__(f"the command ended with code {code}; {told.strip() or 'it said nothing'}")
        self.code = code if code > 0 else 128 - code  # type: ignore[misc]


def _free(path: Path) -> Path:
    """A name that nothing has yet."""
    for number in range(1, 1_000_000):
        place = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        if not place.exists():
            return place
    raise OutputError(f"{path}: too many files of this name")
