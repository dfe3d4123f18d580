"""The lock file of the user: what files without a pin in the registry were at their first pull."""

from __future__ import annotations

from pathlib import Path

import msgspec
from filelock import FileLock

from nlptool.config.paths import config_folder
from nlptool.config.registry import FileName, Model
from nlptool.damaged import DAMAGED
from nlptool.errors import UsageError
from nlptool.io.files import Outputs
from nlptool.models.store.store import Stored

Files = dict[FileName, Stored]


def lock_file() -> Path:
    """``models.lock`` beside the user's models.yaml."""
    return config_folder() / "models.lock"


def read() -> dict[str, Files]:
    """The pins by model; UsageError where the file is not one of ours."""
    file = lock_file()
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Files])
    except FileNotFoundError:
        return {}
    except (OSError, *DAMAGED) as error:
        raise UsageError(f"{file}: {error}") from error


def remember(name: str, model: Model, files: Files) -> None:
    """Set the pins of a model that the registry does not wholly pin."""
    if model.files and all(file.sha256 for file in model.files.values()):
        return
    file = lock_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_name(f".{file.name}.guard"), timeout=60):
        pins = read() | {name: files}
        data = msgspec.json.format(msgspec.json.encode(pins, order="sorted"), indent=2)
        Outputs().save(file, data, "the pins")
