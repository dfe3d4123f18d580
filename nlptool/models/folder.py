"""A model that no registry names: ``--model PATH``, a folder or a file of the user, or
``--model hub:NAME``, a module of PaddleHub that is installed or lies in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from nlptool.config.registry import Model
from nlptool.errors import ModelError, UsageError
from nlptool.models.store.detect import GGUF, OF_TASK, detect
from nlptool.ngrams import SUFFIX as NGRAM
from nlptool.tasks.vectors import kind_of

BACKENDS = {
    "transformers": ("cpu", "cuda"),
    "seq2seq": ("cpu", "cuda"),
    "onnx": ("cpu", "cuda"),
    "ctranslate2": ("cpu", "cuda"),
    "decoder": ("cpu", "cuda"),
    "paddle": ("cpu", "cuda"),
    "paddle-segment": ("cpu", "cuda"),
}
"""What an adapter's library can run on, where it is more than the CPU."""

HUB = "hub:"


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
    elif path.suffix.lower() == GGUF:
        found, adapter = None, "decoder"
    elif path.suffix.lower() == NGRAM:
        found, adapter = "ngram", "ngram"
    else:
        raise ModelError(f"{path}: a model is a folder, or a file of GGUF, n-grams or word vectors")
    if found not in (None, task):
        raise ModelError(f"{path} is a model for {found}, not for {task}")
    adapter = OF_TASK.get((task, adapter), adapter)
    return Model(
        task=task,
        adapter=adapter,
        source=f"path:{path}",
        backends=BACKENDS.get(adapter, ("cpu",)),
    )


def hub_module(name: str, task: str) -> tuple[Model, Path | None]:
    """The model that ``hub:NAME`` or ``hub:FOLDER`` is, with its folder if it is named."""
    module = name.removeprefix(HUB)
    if not module:
        raise UsageError(f"{name}: expected hub:NAME or hub:FOLDER")
    folder = Path(module).expanduser() if is_path(module) else None
    if folder and not folder.is_dir():
        raise ModelError(f"{folder}: no such folder")
    model = Model(
        task=task,
        adapter="paddlehub",
        backends=("cpu", "cuda"),
        options={} if folder else {"module": module},
        environment="paddlehub",
    )
    return model, folder
