"""What the user named as input, as sources to be read one after the other."""

from __future__ import annotations

import glob
import logging
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlptool.errors import InputError
from nlptool.io import urls
from nlptool.io.lines import blocks
from nlptool.io.packed import packing, suffix_of, unpacked
from nlptool.io.record import STDIN, BadSource

log = logging.getLogger(__name__)

ABOVE = "above"
WHOLE_LIMIT = 256 << 20
"""Bytes of an input that is read as one piece; it takes several times so much memory."""


@dataclass(eq=False)
class Source:
    """A file, what is at a ``url``, or standard input.

    ``relative`` is its path below the folder it was found in; ``done`` and ``size`` are bytes,
    ``size`` 0 where it is not known; ``held`` was read already. ``columns`` are its columns once it
    is read, with their types where its format has any.
    """

    name: str
    path: Path | None = None
    relative: Path = field(default_factory=lambda: Path(STDIN))
    size: int = 0
    done: int = 0
    held: bytes = b""
    columns: dict[str, Any] = field(default_factory=dict)
    url: str = ""

    @contextmanager
    def open(self) -> Iterator[Iterator[bytes]]:
        """Its bytes in blocks; InputError where it cannot be opened or read."""
        if self.url:
            found = self._counted(urls.blocks(self.url))
            yield unpacked(found, self.name) if packing(self.name) else found
            return
        if not self.path and sys.stdin is None:
            raise InputError("standard input is closed")
        try:
            descriptor = os.open(self.path, os.O_RDONLY) if self.path else sys.stdin.fileno()
        except OSError as error:
            raise cannot_read(self.name, error) from error
        try:
            found = self._blocks(descriptor)
            yield unpacked(found, self.name) if self.path and packing(self.name) else found
        finally:
            if self.path:
                os.close(descriptor)

    def start(self) -> bytes:
        """Its first bytes, without taking them; InputError as for ``open``."""
        with self.open() as found:
            start = next(found, b"")
        if self.path or self.url:
            self.done = 0
        else:
            self.held = start
        return start

    def _blocks(self, descriptor: int) -> Iterator[bytes]:
        held, self.held = self.held, b""
        if held:
            yield held
        try:
            yield from blocks(descriptor, self._seen)
        except OSError as error:
            raise cannot_read(self.name, error) from error

    def _counted(self, found: Iterator[bytes]) -> Iterator[bytes]:
        for block in found:
            self._seen(len(block))
            yield block

    def _seen(self, count: int) -> None:
        self.done += count


class Faults:
    """Inputs that cannot be read, of ``count`` that there are; 0 tolerates none."""

    def __init__(self, count: int) -> None:
        self.left = count

    def tolerated(self, source: Source, error: InputError) -> BadSource:
        """What stands for the source; raises the error where there is nothing else to read."""
        self.left -= 1
        if self.left <= 0:
            raise error
        return BadSource(0, {}, source.name, message=without_name(error, source), form="file")


def without_name(error: InputError, source: Source) -> str:
    """The text of an error for where the name of its source is told anyway."""
    return str(error).removeprefix(f"{source.name}:").lstrip()


def cannot_read(name: str, error: OSError) -> InputError:
    """The error for an input that the system will not give."""
    return InputError(f"{name}: {error.strerror or error}")


def bounded(blocks: Iterable[bytes], name: str) -> bytes:
    """All of the blocks, for what must be in memory as one; InputError where that is too much."""
    data = bytearray()
    for block in blocks:
        data += block
        if len(data) > WHOLE_LIMIT:
            raise InputError(
                f"{name}: more than {WHOLE_LIMIT >> 20} MiB, which cannot be read whole"
            )
    return bytes(data)


def find_sources(
    given: Sequence[str], suffixes: Collection[str], *, must_exist: bool = True
) -> list[Source]:
    """The sources that ``-i`` names: files, folders, patterns, addresses, ``-`` for standard input.

    In a folder, and below it, the files with one of ``suffixes`` count that are not hidden, in the
    order of their names. InputError where something is not there, unless it need not be. Where two
    files would meet in a folder of outputs, all keep their whole paths.
    """
    found: list[Source] = []
    for name in given:
        if not name:
            raise InputError("an empty name is no file or folder")
        if name == "-":
            found.append(Source(STDIN))
            continue
        if urls.is_url(name):
            found += [_at(url) for url in urls.found(name)]
            continue
        path = Path(name)
        if path.is_dir():
            found += _in_folder(path, suffixes)
        elif path.exists():
            found.append(_of_file(name, path, Path(path.name)))
        elif glob.has_magic(name):
            found += _matching(name, suffixes)
        elif must_exist:
            raise InputError(f"{name}: no such file or folder")
        else:
            found.append(Source(name, path, Path(path.name)))
    if len({source.relative for source in found}) < len(found):
        for source in found:
            source.relative = inside(source.name)
    return found


def inside(name: str) -> Path:
    """A path for a file below another folder: as below the working folder, or else in ABOVE."""
    path = Path(os.path.relpath(name))
    return Path(ABOVE, *Path(name).resolve().parts[1:]) if ".." in path.parts else path


def _of_file(name: str, path: Path, relative: Path) -> Source:
    return Source(name, path, relative, path.stat().st_size if path.is_file() else 0)


def _at(url: str) -> Source:
    name = urls.shown(url)
    return Source(name, None, Path(Path(name).name), urls.size(url), url=url)


def _in_folder(folder: Path, suffixes: Collection[str]) -> list[Source]:
    files = sorted(
        file
        for place, names in _walked(folder)
        for file in map(Path(place).joinpath, names)
        if suffix_of(file.name) in suffixes and file.is_file()
    )
    if not files:
        raise InputError(f"{folder}: no file in this folder ends in {', '.join(sorted(suffixes))}")
    return [_of_file(str(file), file, file.relative_to(folder)) for file in files]


def _walked(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The folder and those below it, each with its files, without what is hidden."""
    for place, folders, names in os.walk(folder, onerror=_tell_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield place, [name for name in names if not name.startswith(".")]


def _matching(pattern: str, suffixes: Collection[str]) -> list[Source]:
    """The files that match; each keeps its path below the part of the pattern without a star."""
    parts = Path(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if glob.has_magic(part))
    root = Path(*parts[:fixed])
    found: list[Source] = []
    for name in sorted(_glob(pattern)):
        path = Path(name)
        if path.is_file():
            found.append(_of_file(name, path, path.relative_to(root)))
        elif "**" not in pattern:
            found += _in_folder(path, suffixes)
    if not found:
        raise InputError(f"{pattern}: no file matches")
    return found


def _glob(pattern: str) -> dict[str, None]:
    """The names that match, where ``**`` is any folders that do not lead back into themselves."""
    anywhere = f"/{pattern}/*" if f"/{pattern}".endswith("/**") else f"/{pattern}"
    before, stars, after = anywhere.partition("/**/")
    if not stars:
        return dict.fromkeys(glob.glob(pattern))
    tops = glob.glob(f"{before[1:]}/") if before else [""]
    found: dict[str, None] = {}
    for top in tops:
        for folder in _folders(top):
            found |= _glob(f"{glob.escape(folder)}{after}")
    return found


def _folders(top: str, above: tuple[tuple[int, int], ...] = ()) -> Iterator[str]:
    """A folder, ``""`` for the current one, and those below it that are not hidden, through links
    too; each ends with a slash."""
    try:
        found = Path(top).stat()
        below = sorted(entry.name for entry in os.scandir(top or ".") if entry.is_dir())
    except OSError as error:
        _tell_unreadable(error)
        return
    here = (found.st_dev, found.st_ino)
    if here in above:
        return
    yield top
    for name in below:
        if not name.startswith("."):
            yield from _folders(f"{top}{name}/", (*above, here))


def _tell_unreadable(error: OSError) -> None:
    log.warning("%s: %s; what is in it is left out", error.filename, error.strerror)
