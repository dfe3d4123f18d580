"""``path:FOLDER``: a folder of the user."""

from __future__ import annotations

from pathlib import Path

from nlptool.errors import ModelError


def find(rest: str) -> Path:
    """The folder."""
    folder = Path(rest).expanduser()
    if not folder.exists():
        raise ModelError(f"path:{rest}: there is no such folder")
    return folder
