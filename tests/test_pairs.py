"""Which model translates: what is asked for, what was brought, what is here or can be pulled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nlptool.config.registry import load
from nlptool.errors import ModelError
from nlptool.models.pairs import Pairs
from nlptool.models.store import Store
from tests.conftest import Run

GENERAL = {"xx-yy/fast": "fast", "xx-yy/best": "best", "xx-yy/offline": "plain"}


def pairs(tmp_path: Path, here: str, offline: bool = False, **more: Any) -> Pairs:
    """The models fast and best with a base each, plain and brought; some of them here."""
    there, gone = f"path:{tmp_path}", "https://localhost/gone/"
    model = {"task": "translate", "adapter": "decoder", "languages": ["xx", "yy"]}
    models: dict[str, Any] = {
        name: {**model, "source": there if name in here.split() else gone, "files": {}}
        for name in ("plain", "brought")
    }
    for name in ("fast", "best"):
        models[name] = {**model, "source": there, "base": f"base-{name}"}
        source = there if name in here.split() else gone
        models[f"base-{name}"] = {"task": "base", "adapter": "decoder", "source": source}
    file = tmp_path / "models.yaml"
    file.write_text(json.dumps({"models": models, "defaults": {"translate": GENERAL}}))
    return Pairs(load(file), Store(tmp_path / "store", offline=offline), "translate", **more)


@pytest.mark.parametrize(
    ("here", "few", "offline", "chosen"),
    [
        ("plain", True, False, "fast"),
        ("plain", False, False, "fast"),
        ("plain", True, True, "plain"),
        ("plain fast", True, True, "fast"),
        ("plain fast best", True, False, "best"),
        ("plain fast best", False, False, "fast"),
        ("plain best", False, False, "best"),
        ("plain best", False, True, "best"),
        ("plain fast best brought", True, False, "brought"),
    ],
)
def test_a_model_for_a_pair(
    tmp_path: Path, here: str, few: bool, offline: bool, chosen: str
) -> None:
    found = pairs(tmp_path, here, offline, few=few)
    assert found.model_for("xx", "yy") == chosen


@pytest.mark.parametrize("quality", ["fast", "best"])
def test_what_is_asked_for_answers_or_nothing(tmp_path: Path, quality: str) -> None:
    found = pairs(tmp_path, "plain brought", True, quality=quality)
    assert found.model_for("xx", "yy") == quality
    with pytest.raises(ModelError, match=f"no {quality} model for yy-xx; there are: "):
        found.model_for("yy", "xx")


def test_nothing_is_here(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nlptool models pull fast"):
        pairs(tmp_path, "", True).model_for("xx", "yy")


def test_what_stands_in_says_so(nlptool: Run) -> None:
    done = nlptool("translate", "--offline", "Good morning.")
    assert done.code == 0
    assert len(done.stderr.splitlines()) == 1
    assert "stands in" in done.stderr
    assert "nlptool models pull translate-en-zh-fast" in done.stderr


def test_quality_or_a_model(nlptool: Run) -> None:
    done = nlptool("translate", "--quality", "best", "--offline", "Good morning.")
    assert (done.code, len(done.stderr.splitlines())) == (4, 1)
    assert nlptool("translate", "--quality", "best", "-m", "x", "Good morning.").code == 2
