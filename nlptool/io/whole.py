"""Files and folders that libraries write themselves, and that are to appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlptool.errors import OutputError
from nlptool.io.sinks import cannot_write


def check_target(path: Path, ours: Callable[[Path], bool]) -> None:
    """OutputError where ``path`` cannot be written, or is a folder that is not ``ours``."""
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path}: the folder {path.parent} is not there or not to be written in")
    if path.is_dir() and any(path.iterdir()) and not ours(path):
        raise OutputError(f"{path}: this folder holds something else; name a new one")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path of the same name to write a file or a folder at, which then replaces ``path``.

    Where the writing fails, ``path`` stays as it was.
    """
    path = path.resolve()
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:200]}.") as hidden:
            part = Path(hidden) / path.name
            yield part
            if path.is_dir():
                path.rename(Path(hidden) / "before")
            part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
