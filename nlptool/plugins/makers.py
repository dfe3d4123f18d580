"""Trainers and converters found by entry point, as adapters are."""

from __future__ import annotations

from typing import Any

from nlptool import entry_points
from nlptool.errors import InternalError, ModelError, library_missing, one_line
from nlptool.plugins.discovery import missing_library
from nlptool.plugins.trainer import Converter, MaskTrainer, Trainer

TRAINERS, CONVERTERS = "nlptool.trainers", "nlptool.converters"


def trainer(name: str, task: str) -> Trainer:
    """The trainer of that name; ModelError where it is not there or does not train the task."""
    made: Trainer = _made(TRAINERS, name, task)
    return made


def mask_trainer() -> MaskTrainer:
    """The trainer of models that mask pictures; ModelError where none is there."""
    for name, point in entry_points.group(TRAINERS).items():
        if issubclass(point.load(), MaskTrainer):
            made: MaskTrainer = _made(TRAINERS, name, "segment-image")
            return made
    raise ModelError(f"{TRAINERS} has none for segment-image")


def converter(name: str, task: str) -> Converter:
    """The converter to that format; ModelError where it is not there or knows no such models."""
    made: Converter = _made(CONVERTERS, name, task)
    return made


def _made(group: str, name: str, task: str) -> Any:
    points = entry_points.group(group)
    if name not in points:
        there = ", ".join(sorted(points)) or "none"
        raise ModelError(f"{group} has no {name}; there are: {there}")
    try:
        cls = points[name].load()
    except Exception as error:
        raise InternalError(f"{points[name].value}: {one_line(error)}") from error
    missing = missing_library(cls)
    if missing:
        raise library_missing(*missing)
    if task not in cls.tasks:
        raise ModelError(f"{name} is for {' and '.join(cls.tasks)}, not for {task}")
    return cls()
