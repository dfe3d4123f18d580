"""The task contracts: the same record and result for every model of a task.

A task is named by an entry point of the group ``nlptool.tasks``: its Task in a module of its own.
"""

from __future__ import annotations

from typing import Any

from nlptool import entry_points
from nlptool.tasks.base import In, Out, Row, Task, Text

__all__ = ["In", "Out", "Row", "Task", "Text", "reference_of", "task_named", "task_names"]

GROUP = "nlptool.tasks"


def task_names() -> list[str]:
    """The tasks that there are, in the order of their names."""
    return sorted(entry_points.group(GROUP))


def task_named(name: str) -> Task[Any, Any]:
    """The contract of a task; KeyError for a name that is none."""
    task: Task[Any, Any] = entry_points.group(GROUP)[name].load()
    return task


def reference_of(name: str) -> str:
    """``module:attribute`` of a task, for a process that sees no entry points."""
    return entry_points.group(GROUP)[name].value
