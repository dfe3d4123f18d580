"""Registry files for tests of the store."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

from tests.misbehaving import Site

WEIGHTS = random.Random(1).randbytes(300_000)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pin(data: bytes, **more: Any) -> dict[str, Any]:
    """A file of the registry that must be these bytes."""
    return {"sha256": sha256(data), "size": len(data), **more}


def entry(source: str | list[str], files: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A model of the porter adapter, which needs no files, so that any will do."""
    options = {"algorithm": "porter"}
    task = {"task": "stem", "adapter": "nltk", "options": options}
    return {**task, "source": source, "files": files, **more}


def write(home: Path, **models: dict[str, Any]) -> Path:
    """The user's models.yaml with these models (JSON is YAML)."""
    file = home / "models.yaml"
    file.write_text(json.dumps({"models": models}))
    return file


def one_file(home: Path, site: Site, page_path: str = "/w.safetensors", **more: Any) -> str:
    """The user's model "m" of one pinned file on the site."""
    url = site.url + page_path
    write(home, m=entry(url, {"w.safetensors": pin(WEIGHTS)}, **more))
    return url


def stored(home: Path, name: str, file: str) -> Path:
    """A file of a model in the store, of which it has one version."""
    (found,) = (home / "store" / "models" / name).glob(f"*/files/{file}")
    return found


def leftovers(home: Path) -> list[str]:
    """Files in the store, but for locks."""
    store = home / "store"
    there = sorted(path.relative_to(store).as_posix() for path in store.rglob("*"))
    return [name for name in there if (store / name).is_file() and not name.startswith("locks/")]
