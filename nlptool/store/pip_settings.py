"""The user's settings of pip: where packages come from, and how they are reached."""

from __future__ import annotations

import ast
import logging
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

log = logging.getLogger(__name__)

PYPI = "https://pypi.org/simple"
SECTIONS = ("global", "download", ":env:")
"""What ``pip download`` reads, the least important first."""
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
    values: dict[str, str] = {}
    lines = [line.partition("=") for line in _listed()]
    for section in SECTIONS:
        for key, _, value in lines:
            if key.startswith(f"{section}."):
                values[key.removeprefix(f"{section}.")] = str(ast.literal_eval(value))
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


def _listed() -> list[str]:
    """The lines of ``pip config list``: ``section.key='value'``."""
    own = [sys.executable, "-m", "pip"] if find_spec("pip") else None
    there = shutil.which("pip")
    command = own or ([there] if there else None)
    if command is None:
        log.warning("pip is not installed: of its settings only the variables PIP_* are read")
        return [
            f":env:.{name[4:].lower().replace('_', '-')}={value!r}"
            for name, value in os.environ.items()
            if name.startswith("PIP_")
        ]
    done = subprocess.run(  # noqa: S603
        [*command, "config", "list"], capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.splitlines() if re.match(r"[\w:-]+\.[\w-]+='", line)]
