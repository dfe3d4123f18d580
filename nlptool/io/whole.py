"""Files and folders that libraries write themselves, and that are to appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlptool.errors import OutputError
from nlptool.io.atomic import hidden, mode_of
from nlptool.io.files import Outputs
from nlptool.io.sinks import cannot_write


def check_target(path: Path, files: Outputs, what: str, ours: Callable[[Path], bool]) -> None:
    """Take ``path`` for ``what``; OutputError where it cannot be written, or is a folder that is
    not ``ours``."""
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path}: the folder {path.parent} is not there or not to be written in")
    if not path.is_dir():
        files.file(path, what)
    elif any(path.iterdir()) and not ours(path):
        raise OutputError(f"{path}: this folder holds something else; name a new one")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path of the same name to write a file or a folder at, which then replaces ``path``.

    Where the writing fails, ``path`` stays as it was; a file keeps its mode.
    """
    path = path.resolve()
    try:
        with tempfile.TemporaryDirectory("", hidden(path, ".").name, path.parent) as folder:
            part = Path(folder) / path.name
            yield part
            if path.is_dir():
                path.rename(Path(folder) / "before")
            elif path.exists():
                part.chmod(mode_of(path))
            part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
