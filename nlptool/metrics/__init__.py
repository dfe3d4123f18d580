"""How well a model's results agree with the truth: a scorer for each task that has one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from nlptool.metrics.base import Scorer, Scores
from nlptool.tasks import Task

__all__ = ["SCORERS", "Scorer", "Scores", "scorer_for"]

SCORERS: dict[str, str] = {
    "sentiment": "nlptool.metrics.labels:LabelScorer",
    "qa": "nlptool.metrics.answers:AnswerScorer",
    "translate": "nlptool.metrics.translations:TranslationScorer",
}


def scorer_for(task: Task[Any, Any]) -> Scorer:
    """A new scorer of a task; KeyError for a task without one."""
    module, _, name = SCORERS[task.name].partition(":")
    scorer: Scorer = getattr(import_module(module), name)()
    return scorer
