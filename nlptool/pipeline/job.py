"""What a job is, and what became of its records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from nlptool.io import reader
from nlptool.io.files import Outputs
from nlptool.io.record import Record
from nlptool.models.resolver import Choice
from nlptool.tasks import Task

Beside = Callable[[Outputs, Path, Record, Any], None]
OnError = Literal["fail", "skip", "emit"]


class Job(msgspec.Struct, frozen=True):
    """What is to be done with which records, and where the results go; ``reads`` are files that
    options name. ``beside`` is called with a place of its own for every record, the record, and its
    result: for what stands beside the output."""

    task: Task[Any, Any]
    params: Any
    choice: Choice
    input: reader.Spec
    output: str | None = None
    format: str | None = None
    fields: Sequence[str] = ()
    id_field: str | None = None
    with_input: bool = False
    on_error: OnError = "skip"
    rejects: Path | None = None
    batch: int | None = None
    resume: bool = False
    beside: Beside | None = None
    reads: Sequence[Path] = ()


@dataclass
class Counts:
    """What became of the records; ``doubted`` are those done whose results look wrong. ``seen``
    and ``size`` are bytes of input, size 0 if unknown."""

    done: int = 0
    failed: int = 0
    doubted: int = 0
    seen: int = 0
    size: int = 0
