"""How well a model's results agree with the truth: a scorer for each task that has one."""

from __future__ import annotations

from typing import Any

from nlptool.tasks import Task, task_named, task_names
from nlptool.tasks.scoring.base import FindsTruth, Scorer, Scores

__all__ = ["FindsTruth", "Scorer", "Scores", "scored_tasks", "scorer_for"]


def scored_tasks() -> list[str]:
    """The tasks that have a scorer."""
    return [name for name in task_names() if task_named(name).scorer]


def scorer_for(task: Task[Any, Any]) -> Scorer:
    """A new scorer of a task; KeyError for a task without one."""
    if task.scorer is None:
        raise KeyError(task.name)
    scorer: Scorer = task.scorer()()
    return scorer
