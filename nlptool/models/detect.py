"""Which task and adapter a model is for that no registry names, as the adapters themselves tell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from nlptool.errors import ModelError, NlptoolError
from nlptool.plugins.adapter import Files
from nlptool.plugins.discovery import AdapterClass, import_class, known

Found = tuple[str | None, str]
"""A task, None where the files leave it open, and an adapter."""

log = logging.getLogger(__name__)


def classes() -> Iterator[tuple[str, AdapterClass]]:
    """Every adapter that can be imported, by name; the others are logged."""
    for name, plugin in sorted(known().items()):
        try:
            yield name, import_class(plugin)
        except NlptoolError as error:
            log.info("%s", error)


def detect(path: Path, task: str | None = None) -> Found:
    """What the folder or file at ``path`` is, or what it is for ``task``; ModelError where no
    adapter knows it."""
    if path.is_file():
        files = Files([path.name], lambda _: path.read_bytes())
        return _detect(files, str(path), task, one_file=True)
    names = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    return detect_names(names, lambda name: (path / name).read_bytes(), str(path), task)


def detect_names(
    names: list[str], read: Callable[[str], bytes], where: str, task: str | None = None
) -> Found:
    """As detect, for files that may lie elsewhere: ``read`` gets the content of one of them."""
    return _detect(Files(names, read), where, task)


def _detect(files: Files, where: str, task: str | None, one_file: bool = False) -> Found:
    found: list[Found] = []
    others: list[str] = []
    for name, cls in classes():
        told = cls.detect(files) if cls.one_file or not one_file else None
        if told is None:
            continue
        if told or task in (None, *cls.tasks):
            found.append((told or None, name))
        else:
            others.append(name)
    if not found and others:
        raise ModelError(f"{where}: the adapter {others[0]} does not do {task}")
    if not found:
        raise ModelError(f"{where}: its files do not tell the adapter; name it with --adapter")
    sure = [each for each in found if each[0]]
    return next((each for each in sure if each[0] == task), (sure or found)[0])
