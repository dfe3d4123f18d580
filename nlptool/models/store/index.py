"""A package index: which files a release has, by the simple API (PEP 503, 691) or a list of links.

Answers come from servers of the user's choice, folders and file URLs among them, as with pip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

import msgspec

from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError
from nlptool.models.store.web import Web

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, "
    "text/html;q=0.01"
)


@dataclass(frozen=True)
class Release:
    """A file of a package: its name, where it is, its hash if the index knows it."""

    name: str
    url: str
    sha256: str | None


class _File(msgspec.Struct):
    filename: str
    url: str
    hashes: dict[str, str] = {}


class _Page(msgspec.Struct):
    files: list[_File]


def release(web: Web, name: str, version: str) -> Release:
    """The file of a release that is the best carrier of data; ModelError where there is none.

    Wheels go before sdists, those for every platform before others.
    """
    from packaging.utils import canonicalize_name

    found: list[Release] = []
    failures: list[str] = []
    pages = [*web.settings.links]
    pages += [f"{index.rstrip('/')}/{canonicalize_name(name)}/" for index in web.settings.indexes]
    for page in pages:
        try:
            found += [file for file in _files(web, page) if _is_of(file.name, name, version)]
        except ModelError as error:
            failures.append(str(error))
    if not found:
        reasons = f" ({'; '.join(failures)})" if failures else ""
        raise ModelError(f"no index that pip is set to has {name}=={version}{reasons}")
    return min(found, key=lambda file: _rank(file.name))


def _is_of(file: str, name: str, version: str) -> bool:
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        canonicalize_name,
        parse_sdist_filename,
        parse_wheel_filename,
    )
    from packaging.version import Version

    try:
        parsed = parse_wheel_filename(file) if file.endswith(".whl") else parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return False
    return parsed[0] == canonicalize_name(name) and parsed[1] == Version(version)


def _rank(file: str) -> tuple[bool, bool, str]:
    return not file.endswith(".whl"), not file.endswith("-none-any.whl"), file


def _files(web: Web, page: str) -> Iterator[Release]:
    parts = urlsplit(page)
    if parts.scheme not in ("http", "https"):
        folder = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(page)
        yield from _local(folder.expanduser())
        return
    found = web.read(page, {"Accept": ACCEPT})
    if "json" in found.kind:
        for file in _decode(found.content, page):
            if url := _address(found.url, file.url):
                yield Release(file.filename, url, file.hashes.get("sha256"))
    else:
        yield from _links(found.content.decode(errors="replace"), found.url)


def _decode(content: bytes, page: str) -> list[_File]:
    try:
        return msgspec.json.decode(content, type=_Page).files
    except DAMAGED as error:
        raise ModelError(f"{page}: not an answer of a package index: {error}") from error


def _local(place: Path) -> Iterator[Release]:
    """The files of a folder, or what its index.html links to."""
    page = place / "index.html" if place.is_dir() else place
    if page.is_file():
        yield from _links(page.read_text("utf-8", "replace"), page.resolve().as_uri())
    elif place.is_dir():
        for file in sorted(place.iterdir()):
            yield Release(file.name, file.resolve().as_uri(), None)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.links.append(href)


def _links(html: str, base: str) -> Iterator[Release]:
    anchors = _Anchors()
    anchors.feed(html)
    for link in anchors.links:
        url, fragment = urldefrag(_address(base, link))
        if not url:
            continue
        digest = re.search(r"sha256=([0-9a-f]{64})", fragment)
        name = unquote(PurePosixPath(urlsplit(url).path).name)
        yield Release(name, url, digest[1] if digest else None)


def _address(base: str, link: str) -> str:
    """Where a link of a page leads, nothing for one that is no address."""
    try:
        found = urljoin(base, link)
        urlsplit(found)
    except ValueError:
        return ""
    return found
