"""A model that no registry names: ``--model PATH``, a folder or a file of the user, or
``--model SCHEME:NAME``, which an adapter's library finds by itself or in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from nlptool.config.registry import Model
from nlptool.errors import ModelError, UsageError
from nlptool.models.detect import classes, detect
from nlptool.plugins.discovery import AdapterClass, adapter_class
from nlptool.tasks import task_named


def is_path(name: str) -> bool:
    """Whether a name can only be a path; a registry's names have no separator."""
    return os.sep in name or Path(name).exists()


def model_of(path: Path, task: str) -> Model:
    """The model that the files at ``path`` are; ModelError where they are none for the task."""
    if not path.exists():
        raise ModelError(f"{path}: no such file or folder")
    found, adapter = detect(path, task)
    if found not in (None, *task_named(task).answered_by):
        raise ModelError(f"{path} is a model for {found}, not for {task}")
    backends = adapter_class(adapter, here=False).backends
    return Model(task=task, adapter=adapter, source=f"path:{path}", backends=backends)


def has_scheme(name: str) -> bool:
    """Whether a name is ``SCHEME:NAME``, as no name of a registry is."""
    return ":" in name and not Path(name).exists()


def library_model(name: str, task: str) -> tuple[Model, Path | None]:
    """The model that ``SCHEME:NAME`` or ``SCHEME:FOLDER`` is, with its folder if it is named.

    UsageError for a scheme of no adapter.
    """
    scheme, _, rest = name.partition(":")
    adapter, cls = _of_scheme(scheme)
    if not rest:
        raise UsageError(f"{name}: expected {scheme}:NAME or {scheme}:FOLDER")
    folder = Path(rest).expanduser() if is_path(rest) else None
    if folder and not folder.is_dir():
        raise ModelError(f"{folder}: no such folder")
    model = Model(
        task=task,
        adapter=adapter,
        backends=cls.backends,
        options={} if folder else {"module": rest},
        environment=cls.environment,
    )
    return model, folder


def _of_scheme(scheme: str) -> tuple[str, AdapterClass]:
    there = {cls.scheme: (name, cls) for name, cls in classes() if cls.scheme}
    if scheme not in there:
        known = ", ".join(f"{each}:" for each in there)
        raise UsageError(f"{scheme}: is no source of models by name; there are: {known}")
    return there[scheme]
