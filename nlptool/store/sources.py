"""The kinds of sources by scheme, each in a file of its own.

A source in place has ``find(rest) -> Path``: the folder with the files; ModelError where there is
none. A source far away has ``fetch(errand)``: the files into the errand's folder; ModelError where
that cannot be. Their modules are imported when a model is pulled.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from nlptool.errors import UsageError
from nlptool.store import source_package, source_path, source_python
from nlptool.store.errand import Errand, split

IN_PLACE: dict[str, Callable[[str], Path]] = {
    "package": source_package.find,
    "path": source_path.find,
    "python": source_python.find,
}

FAR = {
    "pypi": "nlptool.store.source_pypi",
    "hf": "nlptool.store.source_hub",
    "https": "nlptool.store.source_url",
    "http": "nlptool.store.source_url",
    "file": "nlptool.store.source_url",
}


def in_place(address: str) -> bool:
    """Whether the files are used where they lie; UsageError for an unknown kind of source."""
    scheme = split(address)[0]
    if scheme not in IN_PLACE and scheme not in FAR:
        known = ", ".join(f"{name}:" for name in (*IN_PLACE, *FAR))
        raise UsageError(f"{address}: unknown kind of source; expected {known}")
    return scheme in IN_PLACE


def fetch(errand: Errand) -> None:
    """The files of a source that is far away into the errand's folder."""
    import_module(FAR[errand.scheme]).fetch(errand)
