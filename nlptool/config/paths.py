"""Where things lie: the user's and the system's configuration, the weights, the environments."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP = "nlptool"
FONT = "fonts/NotoSansCJK.otf"
"""The packaged font, which has Chinese."""


NOWHERE = Path(os.devnull)
"""The home of a user who has none: there is nothing below it, and nothing can be put there."""


def _of_user(folder: str) -> Path:
    """A folder of the user's; below NOWHERE, and not below the working folder, without a home."""
    return Path(folder) if os.path.isabs(folder) else NOWHERE / folder  # noqa: PTH117


def config_folder() -> Path:
    """The user's folder for models.yaml and plugins/; ``NLPTOOL_HOME`` moves it."""
    home = os.environ.get("NLPTOOL_HOME")
    return Path(home) if home else _of_user(platformdirs.user_config_dir(APP))


def system_folders() -> list[Path]:
    """The system's folders for models.yaml, the least important first."""
    folders = platformdirs.site_config_dir(APP, multipath=True).split(os.pathsep)
    return [Path(folder) for folder in reversed(folders)]


def locks_folder() -> Path:
    """The user's folder for locks of jobs, the same whatever the environment says; ``NLPTOOL_HOME``
    moves it."""
    home = os.environ.get("NLPTOOL_HOME")
    return (Path(home) if home else _of_user(platformdirs.user_cache_dir(APP))) / "locks"


def store_folder() -> Path:
    """The user's folder for weights; ``NLPTOOL_HOME`` moves it."""
    home = os.environ.get("NLPTOOL_HOME")
    return Path(home) / "store" if home else _of_user(platformdirs.user_cache_dir(APP)) / "store"


def environments_folder() -> Path:
    """The user's folder for environments of adapters; ``NLPTOOL_HOME`` moves it."""
    home = os.environ.get("NLPTOOL_HOME")
    return (Path(home) if home else _of_user(platformdirs.user_data_dir(APP))) / "environments"


def is_offline() -> bool:
    """Whether ``NLPTOOL_OFFLINE`` forbids the network."""
    return os.environ.get("NLPTOOL_OFFLINE", "").lower() in ("1", "true", "yes", "on")


def packaged(name: str) -> Path:
    """A file of the package, which in a source tree lies beside it."""
    here = Path(__file__).resolve().parent.parent
    inside = here / name
    return inside if inside.exists() else here.parent / name
