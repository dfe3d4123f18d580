"""What a folder in transformers' form is for, told by its config.json."""

from __future__ import annotations

import msgspec

from nlptool.adapter import Files
from nlptool.damaged import DAMAGED

HEADS = {
    "ForSequenceClassification": "sentiment",
    "ForQuestionAnswering": "qa",
    "ForSemanticSegmentation": "segment-image",
    "ForConditionalGeneration": "translate",
    "MTModel": "translate",
    "ForCausalLM": "generate",
    "LMHeadModel": "generate",
}
"""Ends of an architecture's name, each with the task that its head is for."""


class _Config(msgspec.Struct):
    architectures: list[str] = []


def task_of(files: Files) -> str:
    """The task of the model's head; an empty string where config.json names none that we know."""
    try:
        config = msgspec.json.decode(files.read("config.json"), type=_Config)
    except (*DAMAGED, OSError):
        return ""
    for name in config.architectures:
        for end, task in HEADS.items():
            if name.endswith(end):
                return task
    return ""


def is_transformers(files: Files) -> bool:
    """Whether the weights are torch's, and no other library's lie beside them."""
    torch = files.has("config.json", "*.safetensors") or files.has(
        "config.json", "pytorch_model*.bin"
    )
    others = files.has("model.onnx") or files.has("model.bin", "*vocabulary*")
    return torch and not others


def own_task(found: str, tasks: tuple[str, ...]) -> str | None:
    """As Adapter.detect has it: the task found, where it is one of ``tasks`` or left open."""
    return found if found in ("", *tasks) else None
