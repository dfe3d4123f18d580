"""Shell completion of names from the registry."""

from __future__ import annotations

import typer

from nlptool.config.registry import load
from nlptool.errors import NlptoolError
from nlptool.io.formats.registry import readable, writable
from nlptool.tasks import task_named, task_names


def models(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Models that begin so: of the command's task where the command is a task's."""
    path = context.command_path.split()
    tasks = task_names()
    task = next((word for word in path if word in tasks), None)
    kinds = task_named(task).answered_by if task else None
    try:
        there = load().models
    except NlptoolError:
        return []
    return [
        (name, model.description)
        for name, model in there.items()
        if name.startswith(incomplete) and (kinds is None or model.task in kinds)
    ]


def backends(incomplete: str) -> list[str]:
    """Backends that begin so."""
    try:
        return [name for name in load().backends if name.startswith(incomplete)]
    except NlptoolError:
        return []


def input_formats(incomplete: str) -> list[str]:
    """Formats that can be read and begin so."""
    return [form.name for form in readable(True) if form.name.startswith(incomplete)]


def output_formats(incomplete: str) -> list[str]:
    """Formats that can be written and begin so."""
    return [form.name for form in writable() if form.name.startswith(incomplete)]
