"""Inputs with addresses, through fsspec."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from nlptool.io.urls import is_url, shown
from tests.conftest import Run
from tests.misbehaving import Page, Site, serve

pytestmark = pytest.mark.skipif(find_spec("fsspec") is None, reason="no fsspec: nlptool[urls]")
HTTP = pytest.mark.skipif(find_spec("aiohttp") is None, reason="no aiohttp: nlptool[urls]")


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on loopback."""
    with serve() as there:
        yield there


@pytest.fixture
def place(tmp_path: Path) -> str:
    """The address of a folder with files of several formats."""
    folder = tmp_path / "bucket"
    folder.mkdir()
    (folder / "a.csv").write_text("id,text\n7,running\n")
    (folder / "b.jsonl").write_text('{"text": "flies"}\n')
    (folder / "c.txt.gz").write_bytes(gzip.compress(b"cats\n"))
    return f"file://{folder}"


def test_files_of_several_formats_at_addresses(nlptool: Run, place: str, tmp_path: Path) -> None:
    names = ("a.csv", "b.jsonl", "c.txt.gz")
    words = [word for name in names for word in ("-i", f"{place}/{name}")]
    assert nlptool("stem", *words).lines == ["run", "fli", "cat"]
    assert nlptool("stem", "-i", f"{place}/[ab].*", "-f", "csv").lines[1:] == ["7,run", "2,fli"]
    assert nlptool("stem", *words, "-o", f"{tmp_path}/out/").code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [*names]


def test_what_is_not_there(nlptool: Run, place: str) -> None:
    for name in (f"{place}/none.csv", f"{place}/*.none", "nothing://x/y.csv"):
        done = nlptool("stem", "-i", name)
        assert (done.code, done.stderr.count("\n")) == (3, 1)
    several = nlptool("stem", "-i", f"{place}/none.csv", "-i", f"{place}/a.csv")
    assert (several.code, several.lines) == (1, ["run"])


def test_a_job_at_an_address_goes_on(nlptool: Run, place: str, tmp_path: Path) -> None:
    words = ("stem", "-i", f"{place}/a.csv", "-o", tmp_path / "out.txt", "--resume")
    assert nlptool(*words).code == 0
    assert (tmp_path / "out.txt").read_text() == "run\n"


def test_the_network_is_not_used_offline(nlptool: Run) -> None:
    done = nlptool("stem", "--offline", "-i", "https://host.invalid/a.csv?secret=1")
    told = "https://host.invalid/a.csv: the network is not to be used (--offline)"
    assert (done.code, done.stderr) == (3, f"nlptool: error: {told}\n")


def test_secrets_are_not_shown() -> None:
    assert shown("https://user:word@host/a.csv?token=1#x") == "https://host/a.csv"
    assert (is_url("hf://datasets/a/b.csv"), is_url("a://b"), is_url("a/b"), is_url("C:x")) == (
        *(True, True, False, False),
    )


@HTTP
def test_the_web(nlptool: Run, site: Site) -> None:
    url = site.add("/a.csv", Page(b"id,text\n7,running\n"))
    assert nlptool("stem", "-i", f"{url}?token=1", "-f", "csv").lines == ["id,stem", "7,run"]
    assert nlptool("stem", "-i", f"{site.url}/none.csv").code == 3
