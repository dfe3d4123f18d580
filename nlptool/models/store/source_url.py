"""``https://...`` and ``file://...``: a file, a folder (ends with ``/``) or an archive's members.

Plain http is for files with a pinned hash, and for this machine itself.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from shutil import copyfile
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from nlptool.config.registry import File
from nlptool.errors import ModelError, UsageError
from nlptool.models.store.archive import Unpacking, is_archive
from nlptool.models.store.download import Download
from nlptool.models.store.request import FetchRequest
from nlptool.models.store.web import Web

PARALLEL = 4
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def fetch(request: FetchRequest) -> None:
    """The files into the request's folder."""
    url = f"{request.scheme}:{request.rest}"
    path = urlsplit(url).path
    if request.scheme == "http" and not request.pinned and urlsplit(url).hostname not in LOOPBACK:
        raise ModelError(f"{url}: plain http is not safe for files without sha256; use https")
    web = Web()
    if is_archive(path) and (request.part or set(request.files) != {PurePosixPath(path).name}):
        archive = get(request, web, url, None)
        Unpacking(archive, path, request.part, request.files, request.address).run(request.into)
        return
    if not path.endswith("/") and len(request.files) != 1:
        raise UsageError(f"{url}: a source of many files is an archive or ends with /")
    urls = {
        name: url + quote(file.member or name) if path.endswith("/") else url
        for name, file in request.files.items()
    }
    if not urls:
        raise UsageError(f"{url}: the files of a folder must be named in the registry")
    fetch_each(request, web, urls)


def fetch_each(request: FetchRequest, web: Web, urls: dict[str, str]) -> None:
    """Files that each have a URL, some at a time, into the request's folder."""

    def one(name: str) -> Path:
        return get(request, web, urls[name], request.files[name])

    for name, future in zip(urls, request.watch.each(one, urls, PARALLEL), strict=True):
        source, target = future.result(), request.into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if urls[name].startswith("file:"):
            copyfile(source, target)
        else:
            source.rename(target)


def get(request: FetchRequest, web: Web, url: str, file: File | None) -> Path:
    """The whole content of a URL as a file: downloaded, or the one that a file URL names.

    ``file`` is the registry's, None for an archive.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        local = Path(url2pathname(parts.path))
        if not local.is_file():
            raise ModelError(f"{url}: there is no such file")
        return local
    name = unquote(PurePosixPath(parts.path).name)
    label = f"{request.model} {name}" if file else request.model
    download = Download(web, url, request.downloads, request.watch, label)
    pinned = request.pinned if file is None else bool(file.sha256)
    return download.run(file.size if file else None, pinned)
