"""The task contracts: the same record and result for every model of a task."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from nlptool.tasks.base import In, Out, Row, Task, Text

__all__ = ["TASKS", "In", "Out", "Row", "Task", "Text", "task_named"]

TASKS: dict[str, str] = {
    "translate": "nlptool.tasks.translate:TRANSLATE",
    "sentiment": "nlptool.tasks.sentiment:SENTIMENT",
    "qa": "nlptool.tasks.qa:QA",
    "ocr": "nlptool.tasks.picture:OCR",
    "segment": "nlptool.tasks.segment:SEGMENT",
    "segment-image": "nlptool.tasks.picture:SEGMENT_IMAGE",
    "word2vec": "nlptool.tasks.word2vec:WORD2VEC",
    "stem": "nlptool.tasks.stem:STEM",
}


def task_named(name: str) -> Task[Any, Any]:
    """The contract of a task; KeyError for a name that is none."""
    module, _, attribute = TASKS[name].partition(":")
    task: Task[Any, Any] = getattr(import_module(module), attribute)
    return task
