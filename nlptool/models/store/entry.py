"""New entries of the user's models.yaml, written so that the rest of the file stays as it is."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from filelock import FileLock

from nlptool.config.paths import config_folder
from nlptool.config.registry import FILE, Model, Name
from nlptool.config.yaml_tree import Branch, read_tree
from nlptool.errors import UsageError
from nlptool.io.files import Outputs, make_folder
from nlptool.io.sinks import cannot_write

INDENT = 2


def model_of(name: str, entry: Mapping[str, Any]) -> Model:
    """The entry as a model; UsageError where it or its name is not what it should be."""
    try:
        msgspec.convert(name, Name)
        return msgspec.convert(entry, Model)
    except msgspec.ValidationError as error:
        raise UsageError(f"model {name}: {str(error).replace('`', '')}") from error


def add_entry(name: str, entry: Mapping[str, Any]) -> Path:
    """Write a model into the user's models.yaml, under ``models``; the file.

    Of several processes one writes and the others wait. UsageError where the name is taken.
    """
    file = config_folder() / FILE
    make_folder(file.parent)
    with FileLock(file.with_name(f".{FILE}.guard"), timeout=60):
        try:
            text = file.read_text("utf-8") if file.exists() else ""
        except OSError as error:
            raise cannot_write(file, error) from error
        Outputs().save(file, _inserted(file, text, name, entry).encode(), "the registry")
    return file


def _inserted(file: Path, text: str, name: str, entry: Mapping[str, Any]) -> str:
    """The text with the entry as the first one below ``models``, indented as its neighbours."""
    lines = text.splitlines(keepends=True)
    models = read_tree(file).children.get("models") if text else None
    if models is None:
        return f"{text}models:\n{_block(name, entry, INDENT)}"
    above, indent = models.place.line, INDENT
    if isinstance(models, Branch) and models.children:
        if name in models.children:
            raise UsageError(f"{models.children[name].place}: a model is named {name} already")
        first = min(child.place.line for child in models.children.values())
        line = lines[first - 1]
        indent = len(line) - len(line.lstrip())
        if first == above:
            raise UsageError(
                f"{models.place}: a new entry needs one model a line here; write:\n"
                + _block(name, entry, INDENT)
            )
    return "".join([*lines[:above], _block(name, entry, indent), *lines[above:]])


def _block(name: str, entry: Mapping[str, Any], indent: int) -> str:
    dumped = yaml.safe_dump({name: dict(entry)}, sort_keys=False, allow_unicode=True)
    return textwrap.indent(dumped, " " * indent)
