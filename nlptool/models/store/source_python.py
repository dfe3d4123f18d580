"""``python:MODULE/FOLDER``: data inside an installed Python package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from nlptool.errors import ModelError


def find(rest: str) -> Path:
    """The folder inside the package, which is found but not imported."""
    module, _, inside = rest.partition("/")
    spec = find_spec(module) if module.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"python:{rest}: the Python package {module} is not installed")
    folder = Path(spec.submodule_search_locations[0]) / inside
    if not folder.exists():
        raise ModelError(f"python:{rest}: the installed {module} has no {inside}")
    return folder
