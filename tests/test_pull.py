"""Pulling from a server that misbehaves: right, or one clear line and nothing left behind."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path

import pytest

from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, entry, leftovers, one_file, pin, sha256, stored, write


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


def content(home: Path, name: str = "m", file: str = "w.safetensors") -> bytes:
    """The bytes of a file in the store."""
    return stored(home, name, file).read_bytes()


def test_a_file(nlptool: Run, home: Path, site: Site) -> None:
    page = Page(WEIGHTS)
    site.add("/w.safetensors", page)
    one_file(home, site)
    done = nlptool("models", "pull", "m", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert (done.rows[0]["model"], done.rows[0]["state"]) == ("m", "pulled")
    assert "pulling m (300.0 kB): 300.0 kB into" in done.stderr
    assert content(home) == WEIGHTS
    again = nlptool("models", "pull", "m", "-f", "jsonl")
    assert again.rows[0]["state"] == "here"
    assert len(page.asked) == 1
    assert not list(home.glob("store/tmp/*"))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(Page(WEIGHTS, statuses=[503, 503]), id="503, then fine"),
        pytest.param(Page(WEIGHTS, statuses=[429]), id="429, then fine"),
        pytest.param(Page(WEIGHTS, cut=100_000), id="cut again and again, resumed by Range"),
        pytest.param(Page(WEIGHTS, cut=100_000, ranges=False, cuts=2), id="cut, without Range"),
        pytest.param(Page(WEIGHTS, cut=100_000, etag=None), id="cut, without a version"),
        pytest.param(Page(WEIGHTS, cut=0, cuts=2), id="cut at once"),
    ],
)
def test_a_server_that_recovers(nlptool: Run, home: Path, site: Site, page: Page) -> None:
    site.add("/w.safetensors", page)
    one_file(home, site)
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert content(home) == WEIGHTS


def test_resume_asks_only_for_the_rest(nlptool: Run, home: Path, site: Site) -> None:
    page = Page(WEIGHTS, cut=100_000, cuts=1)
    site.add("/w.safetensors", page)
    one_file(home, site)
    assert nlptool("models", "pull", "m").code == 0
    assert [ask.get("range") for ask in page.asked] == [None, "bytes=100000-"]
    assert page.asked[1]["if-range"] == '"1"'


def test_a_redirect(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/real", Page(WEIGHTS))
    site.add("/w.safetensors", Page(redirect="/real"))
    one_file(home, site)
    assert nlptool("models", "pull", "m").code == 0
    assert content(home) == WEIGHTS


HTML = b"<!DOCTYPE html><html><body>Please log in</body></html>"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        pytest.param(Page(WEIGHTS[:-1] + b"!"), "has the sha256", id="wrong hash"),
        pytest.param(Page(WEIGHTS[:-1]), "has 299999 bytes, expected 300000", id="short file"),
        pytest.param(Page(WEIGHTS + b"!"), "bytes, expected 300000", id="long file"),
        pytest.param(Page(HTML, "text/html"), "a web page in place of the file", id="HTML"),
        pytest.param(Page(WEIGHTS, statuses=[403]), "403: access is refused", id="403"),
        pytest.param(Page(WEIGHTS, statuses=[404]), "404: there is no such file", id="404"),
        pytest.param(Page(WEIGHTS, statuses=[500] * 9), "500: Internal Server Error", id="500"),
        pytest.param(Page(WEIGHTS, claim=9), "has 9 bytes, expected 300000", id="false length"),
        pytest.param(Page(redirect="/w.safetensors"), "redirects", id="redirect in a circle"),
        pytest.param(Page(b""), "has 0 bytes, expected 300000", id="empty"),
    ],
)
def test_a_server_that_does_not(
    nlptool: Run, home: Path, site: Site, page: Page, told: str
) -> None:
    site.add("/w.safetensors", page)
    one_file(home, site)
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert leftovers(home) == []


def test_a_file_that_never_comes_whole_is_resumed_later(
    nlptool: Run, home: Path, site: Site
) -> None:
    page = Page(WEIGHTS, cut=200_000, cuts=9, ranges=False)
    site.add("/w.safetensors", page)
    one_file(home, site)
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "ended after 200000 of 300000 bytes" in done.stderr
    assert nlptool("models", "list", "--here", "-f", "jsonl").stdout.count(b'"m"') == 0
    page.cuts, page.ranges = 0, True
    assert nlptool("models", "pull", "m").code == 0
    assert page.asked[-1]["range"] == "bytes=200000-"
    assert content(home) == WEIGHTS


def test_a_file_that_changed_between_two_tries(nlptool: Run, home: Path, site: Site) -> None:
    page = Page(b"old" * 100_000, cut=100_000, cuts=9, etag='"old"', ranges=False)
    site.add("/w.safetensors", page)
    one_file(home, site)
    assert nlptool("models", "pull", "m").code == 4
    site.add("/w.safetensors", Page(WEIGHTS, etag='"new"'))
    assert nlptool("models", "pull", "m").code == 0
    assert content(home) == WEIGHTS


def test_mirrors_in_order(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/b", Page(b"wrong" * 60_000))
    site.add("/c", Page(WEIGHTS))
    mirrors = [f"{site.url}/a", f"{site.url}/b", f"{site.url}/c"]
    write(home, m=entry(mirrors, {"w.safetensors": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert done.stderr.count("trying the next source") == 2
    assert content(home) == WEIGHTS
    assert f"{site.url}/c" in nlptool("models", "show", "m").stdout.decode()


def test_all_mirrors_down(nlptool: Run, home: Path, site: Site) -> None:
    write(home, m=entry([f"{site.url}/a", f"{site.url}/b"], {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert f"{site.url}/a: the server says 404" in done.stderr
    assert f"{site.url}/b: the server says 404" in done.stderr


def test_a_name_that_does_not_resolve(nlptool: Run, home: Path) -> None:
    write(home, m=entry("https://no-such-host.invalid/w", {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q", NO_PROXY="*", no_proxy="*")
    assert done.code == 4
    assert "the name of the server cannot be resolved (DNS)" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert leftovers(home) == []


def test_a_port_where_nobody_listens(nlptool: Run, home: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), type("Nobody", (), {})) as server:  # type: ignore[arg-type]
        port = server.server_address[1]
    write(home, m=entry(f"http://127.0.0.1:{port}/w", {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "cannot be reached: " in done.stderr
    assert "Connection refused" in done.stderr


def test_a_certificate_that_nobody_signed(nlptool: Run, home: Path, tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert],
        capture_output=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (), {}))  # type: ignore[arg-type]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        url = f"https://localhost:{server.server_address[1]}/w"
        write(home, m=entry(url, {"w": pin(WEIGHTS)}))
        done = nlptool("models", "pull", "m", "-q", NO_PROXY="*", no_proxy="*")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert done.code == 4
    assert "TLS: certificate verify failed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_disk_that_is_full(
    environment: Environment, home: Path, site: Site, tmp_path: Path
) -> None:
    site.add("/w.safetensors", Page(WEIGHTS))
    one_file(home, site)

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, "-m", "nlptool", "models", "pull", "m", "-q"],
        env=environment,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        preexec_fn=small_files,
    )
    assert done.returncode == 6
    assert os.strerror(errno.EFBIG) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert leftovers(home) == []


def test_more_than_the_disk_has(nlptool: Run, home: Path, site: Site) -> None:
    size = shutil.disk_usage(home).total * 2
    write(home, m=entry(f"{site.url}/w", {"w": {"sha256": sha256(b""), "size": size}}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 6
    assert "are needed" in done.stderr
    assert leftovers(home) == []


def test_a_store_that_is_no_folder(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w.safetensors", Page(WEIGHTS))
    one_file(home, site)
    (home / "store").write_text("in the way")
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 6
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_without_permission(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w.safetensors", Page(WEIGHTS))
    one_file(home, site)
    (home / "store").mkdir(mode=0o500)
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 6
    assert "Permission denied" in done.stderr


def test_a_name_with_a_slash(nlptool: Run, home: Path) -> None:
    assert nlptool("models", "pull", "../m").code == 4
    write(home, **{"../m": entry("https://localhost/w", {"w": pin(WEIGHTS)})})
    done = nlptool("models", "pull", "../m")
    assert done.code == 2
    assert "models.yaml:1" in done.stderr


@pytest.mark.parametrize("file", ["../w", "/etc/w", "a/../../w", ".hidden", "a\\b", "C:w", ""])
def test_a_file_name_that_leads_elsewhere(nlptool: Run, home: Path, file: str) -> None:
    write(home, m=entry("https://localhost/", {file: pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m")
    assert done.code == 2
    assert "models.yaml:1" in done.stderr


def test_many_models_one_of_them_missing(nlptool: Run, home: Path, site: Site) -> None:
    files = {f"m{number}": bytes([number]) * 100_000 for number in range(8)}
    for name, data in files.items():
        site.add(f"/{name}/w", Page(data))
    write(
        home,
        gone=entry(f"{site.url}/gone", {"w": pin(b"")}),
        **{name: entry(f"{site.url}/{name}/", {"w": pin(data)}) for name, data in files.items()},
    )
    done = nlptool("models", "pull", "gone", *files, "-f", "jsonl")
    assert done.code == 4
    assert [row["model"] for row in done.rows] == list(files)
    assert [content(home, name, "w") for name in files] == list(files.values())


def test_a_folder_of_files(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/v1/config.json", Page(b"{}", "application/json"))
    site.add("/v1/sub/w%20x", Page(WEIGHTS))
    files = {"config.json": pin(b"{}"), "weights": pin(WEIGHTS, member="sub/w x")}
    write(home, m=entry(f"{site.url}/v1/", files))
    assert nlptool("models", "pull", "m").code == 0
    assert content(home, file="weights") == WEIGHTS


def test_a_file_of_its_own_source(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/a/w", Page(WEIGHTS))
    site.add("/b/tagger", Page(b"tags"))
    files = {"w": pin(WEIGHTS), "tagger": pin(b"tags", source=f"{site.url}/b/")}
    write(home, m=entry(f"{site.url}/a/", files))
    assert nlptool("models", "pull", "m").code == 0
    assert content(home, file="tagger") == b"tags"


def test_a_file_of_its_own_source_beside_others_in_place(
    nlptool: Run, home: Path, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "w").write_bytes(WEIGHTS)
    (tmp_path / "tags").write_bytes(b"tags")
    own = pin(b"tags", source=f"path:{tmp_path}", member="tags")
    site.add("/a/w", Page(WEIGHTS))
    write(
        home,
        here=entry(f"path:{tmp_path}", {"w": pin(WEIGHTS), "tagger": own}),
        far=entry(f"{site.url}/a/", {"w": pin(WEIGHTS), "tagger": own}),
    )
    assert nlptool("models", "pull", "here", "far").code == 0
    for name in ("here", "far"):
        assert content(home, name, "w") == WEIGHTS
        assert content(home, name, "tagger") == b"tags"


def test_first_use_pulls_and_says_so(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w.safetensors", Page(WEIGHTS))
    url = one_file(home, site)
    offline = nlptool("stem", "-m", "m", "--offline", "running")
    assert offline.code == 4
    assert "nlptool models pull m" in offline.stderr
    assert nlptool("stem", "-m", "m", "running", NLPTOOL_OFFLINE="1").code == 4
    done = nlptool("stem", "-m", "m", "running")
    assert (done.code, done.lines) == (0, ["run"])
    assert f"model m (300.0 kB) is not here yet; pulling it from {url}" in done.stderr
    assert nlptool("stem", "-m", "m", "--offline", "running").stderr == ""


def test_pull_refuses_offline(nlptool: Run, home: Path, site: Site) -> None:
    page = Page(WEIGHTS)
    site.add("/w.safetensors", page)
    one_file(home, site)
    assert nlptool("models", "pull", "m", NLPTOOL_OFFLINE="1").code == 4
    assert page.asked == []


def test_trust_on_first_use(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w", Page(b"first" * 99))
    write(home, m=entry(f"{site.url}/w", {"w": {}}))
    assert "the first pull is trusted" in nlptool("models", "show", "m").stdout.decode()
    assert nlptool("models", "pull", "m").code == 0
    lock = json.loads((home / "models.lock").read_text())
    assert lock["m"]["w"]["sha256"] == sha256(b"first" * 99)
    assert "models.lock" in nlptool("models", "show", "m").stdout.decode()
    assert nlptool("models", "rm", "m").code == 0
    site.add("/w", Page(b"other" * 99))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "is not what it was at the first pull" in done.stderr
    assert leftovers(home) == []
    assert nlptool("models", "pull", "m", "--accept-new").code == 0
    assert content(home, file="w") == b"other" * 99
    assert nlptool("models", "verify", "m").code == 0


def test_plain_http_is_for_pinned_files(nlptool: Run, home: Path) -> None:
    write(home, m=entry("http://example.invalid/w", {"w": {}}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "plain http is not safe" in done.stderr


@pytest.mark.parametrize("name", ["w.pth", "w.bin"])
def test_an_unpinned_pickle(nlptool: Run, home: Path, site: Site, name: str) -> None:
    site.add(f"/{name}", Page(b"\x80\x04N."))
    write(home, m=entry(f"{site.url}/{name}", {name: {}}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert "is a pickle, which can run code" in done.stderr
    assert leftovers(home) == []


def test_a_pinned_pickle_is_hashed_before_each_use(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w.pth", Page(b"\x80\x04N."))
    write(home, m=entry(f"{site.url}/w.pth", {"w.pth": pin(b"\x80\x04N.")}))
    assert nlptool("stem", "-m", "m", "running").code == 0
    stored(home, "m", "w.pth").write_bytes(b"\x80\x04T.")
    done = nlptool("stem", "-m", "m", "running")
    assert done.code == 4
    assert "w.pth has the sha256" in done.stderr


def test_another_layer_of_pins_is_another_model(nlptool: Run, home: Path, site: Site) -> None:
    site.add("/w", Page(b"one"))
    write(home, m=entry(f"{site.url}/w", {"w": pin(b"one")}))
    assert nlptool("models", "pull", "m").code == 0
    site.add("/w", Page(b"two"))
    write(home, m=entry(f"{site.url}/w", {"w": pin(b"two")}))
    assert nlptool("models", "pull", "m").code == 0
    pruned = nlptool("models", "prune", "-f", "jsonl").rows
    assert [row["size"] > 3 for row in pruned] == [True]
    assert content(home, file="w") == b"two"
