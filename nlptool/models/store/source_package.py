"""``package:FOLDER``: models inside nlptool itself."""

from __future__ import annotations

from pathlib import Path

from nlptool.config.paths import packaged
from nlptool.errors import ModelError


def find(rest: str) -> Path:
    """The folder inside the package."""
    folder = packaged(rest)
    if not folder.exists():
        raise ModelError(f"package:{rest}: this build of nlptool has no such folder")
    return folder
