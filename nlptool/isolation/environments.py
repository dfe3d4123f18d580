"""Environments: Pythons of their own for libraries whose requirements fit nobody else's."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from nlptool.config.paths import environments_folder
from nlptool.config.registry import Environment
from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError

MARK = "environment.json"
"""Written when all is installed; says of what."""

State = Literal["ready", "not installed", "incomplete", "damaged", "outdated"]

log = logging.getLogger(__name__)


class Made(msgspec.Struct, frozen=True):
    """What an environment was made of."""

    requirements: tuple[tuple[str, ...], ...]


def folder_of(name: str) -> Path:
    """Where an environment is, or would be."""
    return environments_folder() / name


def interpreter_of(name: str, environment: Environment) -> Path:
    """Its Python, whether it is there or not."""
    if environment.interpreter:
        return Path(environment.interpreter).expanduser()
    return folder_of(name) / "bin" / "python"


def state_of(name: str, environment: Environment) -> State:
    """Whether it can be used: ``incomplete`` was never made to the end, ``damaged`` has lost its
    Python, ``outdated`` works, but the registry asks for other requirements by now."""
    runs = os.access(interpreter_of(name, environment), os.X_OK)
    if environment.interpreter:
        return "ready" if runs else "damaged"
    if not folder_of(name).exists():
        return "not installed"
    made = read_mark(name)
    if made is None:
        return "incomplete"
    if not runs:
        return "damaged"
    return "ready" if made.requirements == environment.requirements else "outdated"


def python_of(name: str, environments: Mapping[str, Environment]) -> Path:
    """The Python of an environment, ready to be run; ModelError says what to do."""
    environment = environments[name]
    state, python = state_of(name, environment), interpreter_of(name, environment)
    cure = f"nlptool plugins install {name}"
    if state == "outdated":
        log.warning("the environment %s is outdated; make it anew: %s", name, cure)
    elif state != "ready":
        if environment.interpreter:
            raise ModelError(f"the environment {name} is {state}: {python} cannot be run")
        raise ModelError(f"the environment {name} is {state}; make it with: {cure}")
    return python


def read_mark(name: str) -> Made | None:
    """What an environment was made of, None for one that was not made to the end."""
    try:
        return msgspec.json.decode((folder_of(name) / MARK).read_bytes(), type=Made)
    except (OSError, *DAMAGED):
        return None


def size_of(name: str) -> int | None:
    """Bytes on disk, None where there is nothing."""
    folder = folder_of(name)
    if not folder.exists():
        return None
    return sum(
        os.lstat(os.path.join(place, file)).st_size  # noqa: PTH118
        for place, _, files in os.walk(folder)
        for file in files
    )
