"""Rubbish for readers, models.yaml, frames and archives: a little of what scripts/fuzz does."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest


def _script() -> ModuleType:
    file = Path(__file__).parent.parent / "scripts" / "fuzz"
    spec = spec_from_loader("fuzz", SourceFileLoader("fuzz", str(file)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fuzz = _script()


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_rubbish_is_told_in_one_line(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if target == "parquet":
        pytest.importorskip("pyarrow")
    monkeypatch.setattr(fuzz, "ROUND", 100)
    assert fuzz.run(target, 0) > 0
