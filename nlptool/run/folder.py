"""A model that no registry names: a folder or a file of the user, given as ``--model PATH``."""

from __future__ import annotations

import os
from pathlib import Path

from nlptool.errors import ModelError
from nlptool.registry import Model
from nlptool.store.detect import detect
from nlptool.tasks.vectors import kind_of

BACKENDS = {
    "transformers": ("cpu", "cuda"),
    "seq2seq": ("cpu", "cuda"),
    "onnx": ("cpu", "cuda"),
    "ctranslate2": ("cpu", "cuda"),
    "paddle": ("cpu", "cuda"),
}
"""What an adapter's library can run on, where it is more than the CPU."""


def is_path(name: str) -> bool:
    """Whether a name can only be a path; a registry's names have no separator."""
    return os.sep in name or Path(name).exists()


def model_of(path: Path, task: str) -> Model:
    """The model that the files at ``path`` are; ModelError where they are none for the task."""
    if not path.exists():
        raise ModelError(f"{path}: no such file or folder")
    if path.is_dir():
        found, adapter = detect(path)
    elif kind_of(path):
        found, adapter = "word2vec", "gensim"
    else:
        raise ModelError(f"{path}: a model is a folder, or a file of word vectors")
    if found not in (None, task):
        raise ModelError(f"{path} is a model for {found}, not for {task}")
    return Model(
        task=task,
        adapter=adapter,
        source=f"path:{path}",
        backends=BACKENDS.get(adapter, ("cpu",)),
    )
