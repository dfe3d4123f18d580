"""The user's settings of pip: where packages come from, and how they are reached.

Read as pip reads them (https://pip.pypa.io/en/stable/topics/configuration/), for pip itself need
not be installed, and takes longer to ask.
"""

from __future__ import annotations

import os
import sys
from configparser import Error, RawConfigParser
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from nlptool.errors import UsageError

PYPI = "https://pypi.org/simple"
FILE = "pip.ini" if sys.platform == "win32" else "pip.conf"
SECTIONS = ("global", "download")
"""What ``pip download`` reads, the less important first."""
TIMEOUT = 30.0
"""Seconds without a byte before a server counts as silent."""


@dataclass(frozen=True)
class Settings:
    """pip's settings that matter for fetching a file."""

    indexes: tuple[str, ...] = (PYPI,)
    links: tuple[str, ...] = ()
    proxy: str | None = None
    cert: str | None = None
    client_cert: str | None = None
    trusted: frozenset[str] = frozenset()
    timeout: float = TIMEOUT


def read() -> Settings:
    """The settings of pip's configuration files and of the environment."""
    values = listed()
    indexes = [values.get("index-url", PYPI), *values.get("extra-index-url", "").split()]
    if values.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        indexes = []
    return Settings(
        indexes=tuple(dict.fromkeys(indexes)),
        links=tuple(values.get("find-links", "").split()),
        proxy=values.get("proxy"),
        cert=values.get("cert"),
        client_cert=values.get("client-cert"),
        trusted=frozenset(
            host.partition(":")[0] for host in values.get("trusted-host", "").split()
        ),
        timeout=float(values.get("timeout") or values.get("default-timeout") or TIMEOUT),
    )


def listed() -> dict[str, str]:
    """Every setting for ``pip download``; UsageError for a file that is not one of pip's."""
    values: dict[str, str] = {}
    for file in _files():
        parser = RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (Error, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: {error}") from error
        for section in SECTIONS:
            if parser.has_section(section):
                values |= {_name(key): value for key, value in parser.items(section)}
    variables = {key[4:]: value for key, value in os.environ.items() if key.startswith("PIP_")}
    return values | {_name(key): value for key, value in variables.items() if value}


def _name(key: str) -> str:
    return key.lower().replace("_", "-").removeprefix("--")


def _files() -> list[Path]:
    """pip's configuration files, the less important first, whether they are there or not."""
    own = os.environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return []
    found = [Path(folder) / FILE for folder in _system_folders()]
    if not (own and Path(own).exists()):
        found += [Path.home() / ("pip" if FILE == "pip.ini" else ".pip") / FILE]
        found += [_user_folder() / FILE]
    found.append(Path(sys.prefix) / FILE)
    return [*found, Path(own)] if own else found


def _system_folders() -> list[str]:
    if sys.platform == "darwin":
        return platformdirs.site_data_dir("pip", False, multipath=True).split(os.pathsep)
    folders = platformdirs.site_config_dir("pip", False, multipath=True).split(os.pathsep)
    return folders if sys.platform == "win32" else [*folders, "/etc"]


def _user_folder() -> Path:
    if sys.platform == "darwin":
        folder = Path(platformdirs.user_data_dir("pip", False))
        return folder if folder.is_dir() else Path.home() / ".config" / "pip"
    return Path(platformdirs.user_config_dir("pip", False, roaming=True))
