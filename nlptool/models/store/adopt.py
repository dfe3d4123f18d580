"""Weights that a user has or found, as an entry of the registry: task, adapter and pins told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from nlptool import gguf
from nlptool.config.registry import File
from nlptool.errors import ModelError, UsageError
from nlptool.models.detect import Found, detect, detect_names
from nlptool.models.store import source_hub
from nlptool.models.store.check import SAFE, is_pickle, measure
from nlptool.models.store.store import files_below

DATA = (*SAFE, ".json", ".txt", ".model", ".spm", ".bpe", ".vocab", ".vec")
"""Files of a hub's model that are taken: weights that cannot run code, and what goes with them."""

Entry = dict[str, Any]
Told = tuple[str | None, str | None]
"""The task and the adapter that the user names."""


def from_folder(folder: Path, told: Told) -> tuple[Entry, Found]:
    """A folder's entry, which pins its files, and what they tell.

    Pickles beside other weights are left out.
    """
    there = {
        name: path for name, path in files_below(folder) if not _hidden(PurePosixPath(name).parts)
    }
    if any(name.endswith(SAFE) for name in there):
        there = {name: path for name, path in there.items() if not is_pickle(path)}
    if not there:
        raise UsageError(f"{folder} has no files")
    files = {name: measure(path) for name, path in there.items()}
    pins = {name: {"sha256": file.sha256, "size": file.size} for name, file in files.items()}
    entry = {"source": f"path:{folder.resolve()}", "files": pins}
    return entry, _found(told, lambda: detect(folder))


def from_file(file: Path, told: Told) -> tuple[Entry, Found]:
    """The entry of a GGUF file, which pins it; ModelError where it cannot be read."""
    gguf.read(file)
    pin = measure(file)
    entry = {
        "source": f"path:{file.resolve().parent}",
        "files": {file.name: {"sha256": pin.sha256, "size": pin.size}},
        "options": {"file": file.name},
    }
    return entry, _found(told, lambda: detect_names([file.name], lambda _: b"", str(file)))


def from_hub(rest: str, told: Told) -> tuple[Entry, Found]:
    """The entry of a model of a hub, at the commit that it has now, and what its files tell.

    The hub knows the hash of large files only; small ones are trusted at the first pull.
    """
    commit, files, licence = source_hub.look(rest)
    name, _ = source_hub.name_of(rest)
    wanted = _wanted(files)
    if not wanted:
        raise ModelError(f"hf:{rest} has no weights that are safe to load (safetensors or ONNX)")
    at = f"{name}@{commit}"
    pins = {file: _pin(files[file]) for file in wanted}
    entry = {"source": f"hf:{at}", "files": pins, "licence": licence}
    return entry, _found(told, lambda: detect_names(wanted, partial(source_hub.read, at), rest))


def _wanted(files: Iterable[str]) -> list[str]:
    """Safetensors and what lies beside them; ONNX only where there are none."""
    there = [
        file for file in files if file.endswith(DATA) and not _hidden(PurePosixPath(file).parts)
    ]
    tensors = [file for file in there if file.endswith(".safetensors") and "/" not in file]
    if tensors:
        return [file for file in there if "/" not in file and not file.endswith(".onnx")]
    return there if any(file.endswith(".onnx") for file in there) else []


def _pin(file: File) -> dict[str, Any]:
    known = {"sha256": file.sha256, "size": file.size}
    return {key: value for key, value in known.items() if value is not None}


def _hidden(parts: Iterable[str]) -> bool:
    return any(part.startswith(".") for part in parts)


def _found(told: Told, detected: Callable[[], Found]) -> Found:
    """What the user says; where he is silent, what the files tell."""
    task, adapter = told
    if task and adapter:
        return task, adapter
    found = detected()
    return task or found[0], adapter or found[1]
