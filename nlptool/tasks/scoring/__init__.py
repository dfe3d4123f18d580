"""How well a model's results agree with the truth: a scorer for each task that has one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from nlptool.tasks import Task
from nlptool.tasks.scoring.base import Scorer, Scores

__all__ = ["SCORERS", "Scorer", "Scores", "scorer_for"]

SCORERS: dict[str, str] = {
    "sentiment": "nlptool.tasks.scoring.labels:LabelScorer",
    "qa": "nlptool.tasks.scoring.answers:AnswerScorer",
    "translate": "nlptool.tasks.scoring.translations:TranslationScorer",
}


def scorer_for(task: Task[Any, Any]) -> Scorer:
    """A new scorer of a task; KeyError for a task without one."""
    module, _, name = SCORERS[task.name].partition(":")
    scorer: Scorer = getattr(import_module(module), name)()
    return scorer
