"""A model hub, as huggingface_hub finds it: endpoint, token, revision, only the files asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Environment, Run
from tests.misbehaving import Page, Site, serve
from tests.models_file import WEIGHTS, entry, pin, sha256, write

pytest.importorskip("huggingface_hub")

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONFIG = json.dumps({"architectures": ["BertForSequenceClassification"]}).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def environment(environment: Environment, site: Site, tmp_path: Path) -> Environment:
    hub = {"HF_ENDPOINT": site.url, "HF_TOKEN": "hf_secret", "HF_HOME": str(tmp_path / "hf")}
    return {**environment, **hub}


def test_only_the_files_asked_for(nlptool: Run, home: Path, site: Site) -> None:
    page = Page(WEIGHTS)
    site.add(f"/org/name/resolve/{COMMIT}/model.safetensors", page)
    write(home, m=entry(f"hf:org/name@{COMMIT}", {"model.safetensors": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m")
    assert done.code == 0, done.stderr
    assert page.asked[0]["authorization"] == "Bearer hf_secret"
    (folder,) = (home / "store" / "models" / "m").glob("*/files")
    assert [path.name for path in folder.iterdir()] == ["model.safetensors"]


def test_the_token_stays_with_the_hub(nlptool: Run, home: Path, site: Site) -> None:
    with serve() as elsewhere:
        page = Page(WEIGHTS)
        url = elsewhere.add("/blob", page).replace("127.0.0.1", "localhost")
        site.add("/org/name/resolve/main/w", Page(redirect=url))
        write(home, m=entry("hf:org/name", {"w": pin(WEIGHTS)}))
        done = nlptool("models", "pull", "m", NO_PROXY="*", no_proxy="*")
    assert done.code == 0, done.stderr
    assert "authorization" not in page.asked[0]


def offer(site: Site, *names: str) -> None:
    """A model of the hub with these files."""
    files = {"config.json": CONFIG, "README.md": b"hello", **dict.fromkeys(names, WEIGHTS)}
    siblings = [
        {
            "rfilename": name,
            "size": len(data),
            "lfs": {"sha256": sha256(data), "size": len(data), "pointerSize": 9}
            if data == WEIGHTS
            else None,
        }
        for name, data in files.items()
    ]
    told = {
        "id": "org/name",
        "sha": COMMIT,
        "siblings": siblings,
        "cardData": {"license": "mit"},
        "tags": [],
    }
    page = Page(json.dumps(told).encode(), "application/json")
    site.add("/api/models/org/name/revision/main", page)
    for name, data in files.items():
        site.add(f"/org/name/resolve/{COMMIT}/{name}", Page(data))


def test_add_takes_the_safe_files(nlptool: Run, home: Path, site: Site) -> None:
    offer(site, "model.safetensors", "pytorch_model.bin", "onnx/model.onnx")
    done = nlptool("models", "add", "org/name", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert done.rows[0]["task"] == "sentiment"
    shown = {
        row["setting"]: row["value"]
        for row in nlptool("models", "show", "name", "-f", "jsonl").rows
    }
    assert shown["source"] == f"hf:org/name@{COMMIT}"
    assert shown["licence"] == "mit"
    assert shown["files.model.safetensors.sha256"] == sha256(WEIGHTS)
    assert nlptool("models", "pull", "name").code == 0
    (folder,) = (home / "store" / "models" / "name").glob("*/files")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]


def test_add_refuses_a_hub_model_of_pickles(nlptool: Run, site: Site) -> None:
    offer(site, "pytorch_model.bin")
    done = nlptool("models", "add", "hf:org/name")
    assert done.code == 4
    assert "no weights that are safe to load" in done.stderr


def test_add_of_an_unknown_hub_model(nlptool: Run) -> None:
    done = nlptool("models", "add", "hf:org/nothing")
    assert done.code == 4
    assert len(done.stderr.splitlines()) == 1


def test_add_offline(nlptool: Run, site: Site) -> None:
    assert nlptool("models", "add", "hf:org/name", "--offline").code == 4
    assert site.pages == {}
