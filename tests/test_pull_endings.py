"""Pulls that servers would never let end: interrupted at once, and given up."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from nlptool.errors import ModelError
from nlptool.models.store import download, index, pace, web
from nlptool.models.store.download import Download
from nlptool.models.store.watch import Watch
from nlptool.models.store.web import UnreachableError, Web
from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, one_file


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(Page(WEIGHTS, hold=0), id="silent"),
        pytest.param(Page(WEIGHTS, hold=1000), id="silent in the midst"),
        pytest.param(Page(WEIGHTS, statuses=[503] * 9, retry_after="86400"), id="Retry-After"),
    ],
)
def test_a_pull_is_interrupted_while_a_server_waits(
    environment: Environment, home: Path, site: Site, page: Page, number: int
) -> None:
    page = Page(page.body, hold=page.hold, statuses=page.statuses.copy(), retry_after="86400")
    site.add("/w.safetensors", page)
    one_file(home, site)
    words = [sys.executable, "-m", "nlptool", "models", "pull", "m", "-q"]
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE) as process:
        assert page.held.wait(60)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.count(b"\n")) == (128 + number, 1)


# as one does that comes between the last look at signals and a wait that it should have ended
def test_a_signal_that_wakes_nobody(environment: Environment) -> None:
    program = """if True:
        import signal, sys, threading, traceback
        from nlptool import interrupt
        from nlptool.models.store.watch import Watch
        main = threading.get_ident()
        def work(_):
            at = []
            while at[-1:] != ["wait"] or "start" in at:
                at = [f.name for f in traceback.extract_stack(sys._current_frames()[main])]
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
            threading.Event().wait()
        interrupt.raise_in_main()
        try:
            Watch().each(work, [0], 1)
        except interrupt.Interrupt as error:
            print(error)
        """
    words = [sys.executable, "-c", program]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("terminated\n", "")


def test_retry_after_is_capped() -> None:
    from urllib3 import HTTPResponse

    retry = Web().session.get_adapter("https://x").max_retries  # type: ignore[attr-defined]
    for wish in ("86400", "Wed, 21 Oct 2099 07:28:00 GMT"):
        answer = HTTPResponse(headers={"Retry-After": wish})
        assert retry.get_retry_after(answer) == web.LONGEST_WAIT
    assert retry.get_retry_after(HTTPResponse()) is None


@pytest.mark.parametrize("status", [416, 206])
def test_an_endless_refusal(nlptool: Run, home: Path, site: Site, status: int) -> None:
    page = Page(WEIGHTS, always=status)
    site.add("/w.safetensors", page)
    one_file(home, site)
    done = nlptool("models", "pull", "m")
    assert (done.code, f"the server says {status}" in done.stderr) == (4, True)
    assert len(page.asked) == 2


def test_a_server_that_trickles(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.add("/w", Page(WEIGHTS))
    monkeypatch.setattr(pace, "WINDOW", 0.0)
    monkeypatch.setattr(pace, "FLOOR", 1 << 60)
    with pytest.raises(UnreachableError, match="bytes a second"):
        Web().read(url)
    with pytest.raises(UnreachableError, match="bytes a second"):
        Download(Web(), url, tmp_path, Watch(), "w").run(len(WEIGHTS), pinned=True)
    monkeypatch.undo()
    file = Download(Web(), url, tmp_path, Watch(), "w").run(len(WEIGHTS), pinned=True)
    assert file.read_bytes() == WEIGHTS


@pytest.mark.parametrize("claim", [None, 1 << 62])
def test_a_file_whose_size_nobody_knows(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, claim: int | None
) -> None:
    url = site.add("/w", Page(WEIGHTS, claim=claim))
    monkeypatch.setattr(download, "LIMIT", 1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1 << 63}))
    with pytest.raises(ModelError, match="no size of it is pinned"):
        Download(Web(), url, tmp_path, Watch(), "w").run()
    assert list(tmp_path.iterdir()) == []


def test_a_page_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.add("/index", Page(b"x" * 5000))
    monkeypatch.setattr(web, "PAGE_LIMIT", 4096)
    with pytest.raises(ModelError, match="more than 4096 bytes"):
        Web().read(url)


def test_headers_that_trickle(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(trickle=10_000)
    url = site.add("/w", page)
    monkeypatch.setattr(pace, "HEADERS", 0.01)
    with pytest.raises(UnreachableError, match="timed out"):
        Web().get(url)
    assert len(page.asked) <= web.RETRIES + 1


# ssl leaves a socket open that is cut before hands are shaken, as here on a slow machine
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_hands_that_are_never_shaken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "HEADERS", 0.2)
    asked = 0
    with socket.create_server(("127.0.0.1", 0)) as server:

        def begin() -> None:
            """The start of a record of TLS, and no more."""
            nonlocal asked
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                asked += 1
                with connection, suppress(OSError):
                    connection.sendall(b"\x16\x03\x03\x40\x00\x02")
                    while connection.recv(1 << 16):
                        pass

        thread = Thread(target=begin)
        thread.start()
        with pytest.raises(UnreachableError, match="timed out"):
            Web().get(f"https://127.0.0.1:{server.getsockname()[1]}/w")
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert asked == web.RETRIES + 1


@pytest.mark.parametrize("place", ["http://[", "http://...", "file:///etc/passwd", "/here"])
def test_redirects_that_lead_nowhere(nlptool: Run, home: Path, site: Site, place: str) -> None:
    site.add("/here", Page(redirect="/here"))
    site.add("/w.safetensors", Page(redirect=place))
    one_file(home, site)
    done = nlptool("models", "pull", "m", "-q")
    assert (done.code, done.stderr.count("\n")) == (4, 1)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b'<a href="http://[">x</a> <a href="p-1.0.tar.gz">y</a>'),
        ("application/json", b'{"files": [{"filename": "p-1.0-py3-none-any.whl", "url": "http://["},'
         b'{"filename": "p-1.0.tar.gz", "url": "p-1.0.tar.gz"}]}'),
    ],
)  # fmt: skip
def test_an_index_with_links_that_lead_nowhere(site: Site, kind: str, body: bytes) -> None:
    url = site.add("/p/", Page(body, kind=kind))
    (found,) = index._files(Web(), url)
    assert found.name == "p-1.0.tar.gz"


def test_an_index_that_is_no_text(site: Site) -> None:
    url = site.add("/p/", Page(b'{"files": [{"filename": "\xff"}]}', kind="application/json"))
    with pytest.raises(ModelError, match="not an answer of a package index"):
        list(index._files(Web(), url))
