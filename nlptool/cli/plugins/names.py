"""Environments by their names."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from nlptool.config.registry import Environment, load
from nlptool.errors import ModelError

Name = Annotated[str, typer.Argument(metavar="NAME", help="An environment of the registry.")]


def environment_named(name: str, registry: Path | None) -> Environment:
    """An entry of the registry; ModelError with near names where there is none."""
    there = load(registry).environments
    if name in there:
        return there[name]
    near = get_close_matches(name, there, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(there)}"
    raise ModelError(f"no environment is named {name}; {hint}")
