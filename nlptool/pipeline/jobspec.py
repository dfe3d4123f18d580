"""What a job is, as a plain value: it can be hashed, kept, and sent to another process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from nlptool.io import reader
from nlptool.io.atomic import Existing
from nlptool.io.visible import utf8_throughout
from nlptool.models.resolver import Choice
from nlptool.tasks import task_named

OnError = Literal["fail", "skip", "emit"]


class Execution(msgspec.Struct, frozen=True):
    """How a job is carried out: its results do not depend on it.

    ``jobs`` is how many processes answer, None this one alone. A record that fails by what may
    pass is asked ``retries`` times more, and has ``seconds`` for its answer. More failed records
    than ``max_errors``, a number or a percentage, end the job. ``tune``: batches get the size that
    is quickest. Answers are written as they come where they may be ``unordered``; a process that
    holds more than ``memory`` bytes is replaced; the processes are spread over ``devices``. The
    ``executor`` is ``ray`` or ``ray=ADDRESS``, None for this machine.
    """

    jobs: int | None = None
    retries: int = 0
    seconds: float | None = None
    max_errors: str | None = None
    tune: bool = False
    unordered: bool = False
    memory: int | None = None
    devices: tuple[str, ...] = ()
    executor: str | None = None


class JobSpec(msgspec.Struct, frozen=True):
    """What is to be done with which records, and where the results go.

    ``params`` is the task's struct of parameters, ``artifact`` its struct that writes files of
    their own for each record, such as overlays. ``reads`` are files that options name; ``summary``
    is written when the job has ended, and is no other file of the job. ``batch`` None leaves it to
    the model. ``shard`` is the number, from 1 on, and the count of the shards that share the
    records; one that was ended goes on like a job that is to ``resume``. An ``existing`` output is
    replaced, kept (and the job refused), or written on.
    """

    task: str
    params: Any
    input: reader.Spec = reader.Spec()
    choice: Choice = msgspec.field(default_factory=Choice)
    output: str | None = None
    format: str | None = None
    fields: tuple[str, ...] = ()
    id_field: str | None = None
    with_input: bool = False
    on_error: OnError = "skip"
    rejects: Path | None = None
    batch: int | None = None
    resume: bool = False
    shard: tuple[int, int] | None = None
    csv_safe: bool = False
    existing: Existing = "replace"
    provenance: bool = False
    artifact: Any = None
    reads: tuple[Path, ...] = ()
    summary: Path | None = None
    execution: Execution = Execution()


@dataclass
class Counts:
    """What became of the records; ``doubted`` are those done whose results look wrong. ``seen``
    and ``size`` are bytes of input, size 0 if unknown; ``resumed`` records were done before;
    ``devices`` are the models that answered, and where."""

    done: int = 0
    failed: int = 0
    doubted: int = 0
    seen: int = 0
    size: int = 0
    resumed: int = 0
    devices: dict[str, str] = field(default_factory=dict)


def encode(spec: JobSpec) -> bytes:
    """A job as JSON, the same bytes for the same job; names that are no UTF-8 with escapes."""
    plain = msgspec.to_builtins(spec, enc_hook=_plain)
    return msgspec.json.encode(utf8_throughout(plain), order="deterministic")


def decode(data: bytes) -> JobSpec:
    """The job again; msgspec.ValidationError for what is none, KeyError for an unknown task."""
    spec = msgspec.json.decode(data, type=JobSpec, dec_hook=_typed)
    task = task_named(spec.task)
    params = msgspec.convert(spec.params, task.params, dec_hook=_typed)
    artifact = spec.artifact
    if artifact is not None and task.artifact:
        artifact = msgspec.convert(artifact, task.artifact(), dec_hook=_typed)
    return msgspec.structs.replace(spec, params=params, artifact=artifact)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} is no plain value")


def _typed(kind: type[Any], value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise NotImplementedError(f"{kind.__name__} cannot be read")
