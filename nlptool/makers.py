"""Trainers and converters found by entry point, as adapters are."""

from __future__ import annotations

import importlib.metadata
from typing import TypeVar

from nlptool.errors import InternalError, ModelError, library_missing, one_line
from nlptool.plugins import missing_library
from nlptool.trainer import Converter, Trainer

Maker = TypeVar("Maker", Trainer, Converter)


def trainer(name: str, task: str) -> Trainer:
    """The trainer of that name; ModelError where it is not there or does not train the task."""
    return _made(Trainer, "nlptool.trainers", name, task)


def converter(name: str, task: str) -> Converter:
    """The converter to that format; ModelError where it is not there or knows no such models."""
    return _made(Converter, "nlptool.converters", name, task)


def _made(kind: type[Maker], group: str, name: str, task: str) -> Maker:
    points = {point.name: point for point in importlib.metadata.entry_points(group=group)}
    if name not in points:
        there = ", ".join(sorted(points)) or "none"
        raise ModelError(f"no {kind.__name__.lower()} is named {name}; there are: {there}")
    try:
        cls = points[name].load()
    except Exception as error:
        raise InternalError(f"{points[name].value}: {one_line(error)}") from error
    missing = missing_library(cls)
    if missing:
        raise library_missing(*missing)
    if task not in cls.tasks:
        raise ModelError(f"{name} is for {' and '.join(cls.tasks)}, not for {task}")
    made: Maker = cls()
    return made
