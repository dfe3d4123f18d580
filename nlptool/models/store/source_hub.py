"""``hf:ORG/NAME@REVISION``: a model hub, by huggingface_hub's names, endpoint and token.

``HF_ENDPOINT`` names a mirror, ``HF_TOKEN`` (or a login) opens gated models. The bytes come by our
own download, which resumes, and only the files of the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nlptool.config.registry import File
from nlptool.errors import ModelError, UsageError, library_missing, one_line
from nlptool.models.store.request import FetchRequest
from nlptool.models.store.source_url import fetch_each
from nlptool.models.store.web import Web

if TYPE_CHECKING:
    from types import ModuleType


def fetch(request: FetchRequest) -> None:
    """The files into the request's folder."""
    hub, web = _hub(), _web()
    name, revision = name_of(request.rest)
    if not request.files:
        raise UsageError(f"{request.address}: the files of a hub's model must be named")
    below = f"{request.part}/" if request.part else ""
    urls = {
        file: hub.hf_hub_url(name, below + (entry.member or file), revision=revision)
        for file, entry in request.files.items()
    }
    fetch_each(request, web, urls)


def name_of(rest: str) -> tuple[str, str]:
    """The name of a model on the hub and its revision."""
    name, _, revision = rest.partition("@")
    if name.count("/") != 1:
        raise UsageError(f"hf:{rest}: expected hf:ORG/NAME@REVISION")
    return name, revision or "main"


def look(rest: str) -> tuple[str, Mapping[str, File], str]:
    """What the hub says of a model: its commit, its files with their pins, its licence."""
    hub = _hub()
    name, revision = name_of(rest)
    try:
        info = hub.HfApi().model_info(name, revision=revision, files_metadata=True)
    except Exception as error:
        raise ModelError(f"hf:{rest}: {one_line(error)}") from error
    files = {
        file.rfilename: File(sha256=file.lfs.sha256 if file.lfs else None, size=file.size)
        for file in info.siblings or ()
    }
    licence = (info.card_data or {}).get("license") or "not stated"
    return info.sha, files, str(licence)


def read(rest: str, file: str) -> bytes:
    """The content of a small file of a model."""
    name, revision = name_of(rest)
    return _web().read(_hub().hf_hub_url(name, file, revision=revision)).content


def _web() -> Web:
    web, token = Web(), _hub().get_token()
    if token:
        web.session.headers["Authorization"] = f"Bearer {token}"
    return web


def _hub() -> ModuleType:
    try:
        import huggingface_hub
    except ImportError as error:
        raise library_missing("huggingface_hub", "nlptool[hub]") from error
    return huggingface_hub
