"""Which task and adapter a folder of weights is for, told from its files alone."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from pathlib import Path

import msgspec

from nlptool.errors import ModelError

Found = tuple[str | None, str]

HEADS = {
    "ForSequenceClassification": "sentiment",
    "ForQuestionAnswering": "qa",
    "ForSemanticSegmentation": "segment-image",
    "ForConditionalGeneration": "translate",
    "MTModel": "translate",
}
"""Ends of a transformers architecture's name, each with the task that its head is for."""


TASK_OF_HEAD = "*"
GGUF = ".gguf"

SIGNS: tuple[tuple[tuple[str, ...], str | None, str], ...] = (
    (("model.bin", "*vocabulary*"), "translate", "ctranslate2"),
    (("*det*.onnx", "*rec*.onnx"), "ocr", "ppocr"),
    (("*craft*.pth",), "ocr", "easyocr"),
    (("*.pdiparams", "deploy.yaml"), "segment-image", "paddle"),
    (("model.onnx", "config.json"), TASK_OF_HEAD, "onnx"),
    (("*.pdiparams",), None, "paddle"),
    (("*__model__",), None, "paddle"),
    (("*.onnx", "*tokenizer.json"), TASK_OF_HEAD, "onnx"),
    (("config.json", "*.safetensors"), TASK_OF_HEAD, "transformers"),
    (("config.json", "pytorch_model*.bin"), TASK_OF_HEAD, "transformers"),
    (("vectors.npy", "words.txt"), "word2vec", "gensim"),
    (("*.kv",), "word2vec", "gensim"),
    (("*.vec",), "word2vec", "gensim"),
    (("*word2vec*",), "word2vec", "gensim"),
    (("*glove*",), "word2vec", "gensim"),
    ((f"*{GGUF}",), None, "decoder"),
    (("*dict*.txt",), "segment", "jieba"),
)
"""File names that must all be there, with the task and the adapter that they tell."""

OF_TASK: dict[Found, str] = {
    ("translate", "transformers"): "seq2seq",
    ("segment-image", "onnx"): "onnx-segment",
    ("segment-image", "paddle"): "paddle-segment",
}
"""The adapter for a task where it is another than the files tell."""


class _Config(msgspec.Struct):
    architectures: list[str] = []


def detect(folder: Path) -> Found:
    """The task, None where the files do not tell, and the adapter; ModelError for neither."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return detect_names(names, lambda name: (folder / name).read_bytes(), str(folder))


def detect_names(names: list[str], read: Callable[[str], bytes], where: str) -> Found:
    """As detect, for files that may lie elsewhere: ``read`` gets the content of one of them."""

    small = [name.lower() for name in names]
    for patterns, task, adapter in SIGNS:
        if all(fnmatch.filter(small, pattern) for pattern in patterns):
            found = _task(read) if task == TASK_OF_HEAD else task
            return found, OF_TASK.get((found, adapter), adapter)
    raise ModelError(f"{where}: its files do not tell the adapter; name it with --adapter")


def _task(read: Callable[[str], bytes]) -> str | None:
    try:
        config = msgspec.json.decode(read("config.json"), type=_Config)
    except (msgspec.DecodeError, OSError):
        return None
    for name in config.architectures:
        for end, task in HEADS.items():
            if name.endswith(end):
                return task
    return None
