"""The kinds of sources by scheme, each in a file of its own.

A source in place has ``find(rest) -> Path``: the folder with the files; ModelError where there is
none. A source far away has ``fetch(errand)``: the files into the errand's folder; ModelError where
that cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nlptool.errors import UsageError
from nlptool.store import (
    source_hub,
    source_package,
    source_path,
    source_pypi,
    source_python,
    source_url,
)
from nlptool.store.errand import Errand, split

IN_PLACE: dict[str, Callable[[str], Path]] = {
    "package": source_package.find,
    "path": source_path.find,
    "python": source_python.find,
}

FAR: dict[str, Callable[[Errand], None]] = {
    "pypi": source_pypi.fetch,
    "hf": source_hub.fetch,
    "https": source_url.fetch,
    "http": source_url.fetch,
    "file": source_url.fetch,
}


def in_place(address: str) -> bool:
    """Whether the files are used where they lie; UsageError for an unknown kind of source."""
    scheme = split(address)[0]
    if scheme not in IN_PLACE and scheme not in FAR:
        known = ", ".join(f"{name}:" for name in (*IN_PLACE, *FAR))
        raise UsageError(f"{address}: unknown kind of source; expected {known}")
    return scheme in IN_PLACE
