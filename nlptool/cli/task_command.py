"""The job that a task's command makes of its options, and its run."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from math import isnan
from pathlib import Path
from typing import Any

import msgspec

from nlptool import interrupt
from nlptool.cli import progress
from nlptool.cli.download_bar import DownloadBar
from nlptool.cli.job_options import JobOptions
from nlptool.cli.messages import log
from nlptool.cli.model_options import Model
from nlptool.cli.saved_job import saved_job
from nlptool.cli.summary import Summary
from nlptool.errors import RecordError, UsageError
from nlptool.io import reader
from nlptool.io.lock import LockedError, locked
from nlptool.io.pictures.pages import PageSpec
from nlptool.io.sinks import StreamSink, claim_stdout, claimed
from nlptool.io.visible import visible
from nlptool.notice import NOTICE
from nlptool.pipeline.jobspec import Counts, JobSpec
from nlptool.pipeline.runner import run
from nlptool.pipeline.shards import parse_shard
from nlptool.pipeline.streaming import can_stream, stream
from nlptool.tasks import Task


def run_task(
    task: Task[Any, Any],
    arguments: Sequence[str] | None,
    options: JobOptions,
    model: Model,
    params: Any,
    *,
    common: Mapping[str, str] = {},
    pages: PageSpec | None = None,
    artifact: Any = None,
    reads: Sequence[str | Path | None] = (),
    strict: bool = False,
    paragraphs: bool | None = None,
    live: bool = False,
) -> int:
    """Run the task over the records; the exit code says whether some failed, or look wrong where
    that is to be ``strict``.

    ``common`` are columns that every record has besides its own; ``pages`` says that the records
    are pictures, ``artifact`` writes files of their own, ``reads`` are files that options name.
    ``live``: texts are written as they are made, where nothing but these is asked for.
    """
    _refuse_nan(params)
    words = tuple(arguments or ())
    if words and options.input:
        raise UsageError("give texts as arguments or -i, not both")
    if not words and not options.input and sys.stdin is not None and sys.stdin.isatty():
        log.warning("reading from the terminal, a record a line; end with Ctrl-D")
    spec = reader.Spec(
        arguments=words,
        inputs=tuple(options.input or ()),
        format=options.input_format,
        encoding=options.encoding,
        dialect=options.dialect(),
        column=task.fields[0],
        common=common,
        pages=pages,
        documents="markup" in task.fields,
        paragraphs=paragraphs,
    )
    choice, devices = model.choice(), tuple((model.device or "").split(","))
    choice = msgspec.structs.replace(choice, device=devices[0] or None, few=bool(words))
    job = JobSpec(
        task=task.name,
        params=params,
        choice=choice,
        input=spec,
        output=options.output,
        format=options.format,
        fields=tuple(options.field or ()),
        id_field=options.id_field,
        with_input=options.with_input,
        on_error=options.on_error,
        rejects=options.rejects,
        resume=options.resume,
        shard=parse_shard(options.shard) if options.shard else None,
        csv_safe=options.csv_safe,
        provenance=options.provenance,
        existing=options.existing(),
        artifact=artifact,
        reads=tuple(Path(file) for file in reads if file),
        summary=options.summary,
        batch=options.batch(),
        execution=options.execution(devices),
    )
    return do_job(job, options, strict=strict, live=live)


def do_job(job: JobSpec, how: JobOptions, *, strict: bool = False, live: bool = False) -> int:
    """Do a job as its options say; its exit code."""
    saved = saved_job(job) if how.save_job else None
    counts = Counts()
    summary = Summary(job, counts)
    with interrupt.time_limit(how.time_limit()), summary.kept():
        try:
            with _alone(how):
                counts = _run(job, counts, live, how.progress)
        except LockedError as error:
            log.log(NOTICE, "%s has the lock %s: nothing is done", error, how.lock)
            return summary.skipped()
        if saved:
            saved.write()
        return summary.finished(_told(counts, strict))


def _run(job: JobSpec, counts: Counts, live: bool, bar: progress.Progress) -> Counts:
    """The job, its parts as they come where that is wanted and can be."""
    if live and can_stream(job):
        out = StreamSink(claim_stdout(), "standard output")
        return stream(job, lambda text: out.write(visible(text).encode()), DownloadBar())
    with progress.shown(job.task, bar) as tick:
        return run(job, tick, claimed(), DownloadBar(), counts)


def _alone(options: JobOptions) -> AbstractContextManager[None]:
    """The lock of the job, if it has one."""
    if options.lock is None:
        return nullcontext()
    return locked(options.lock, wait=options.if_locked == "wait")


def _told(counts: Counts, strict: bool) -> int:
    """Say what became of the records; the exit code."""
    if counts.failed:
        log.warning("%d of %d records failed", counts.failed, counts.failed + counts.done)
    if counts.doubted:
        log.warning("%d of %d results look wrong; -v says which", counts.doubted, counts.done)
    log.info("%d records", counts.done)
    return RecordError.code if counts.failed or (strict and counts.doubted) else 0


def _refuse_nan(params: Any) -> None:
    """UsageError for a parameter that is no number: every comparison with it would be false."""
    for name in params.__struct_fields__:
        value = getattr(params, name)
        if isinstance(value, float) and isnan(value):
            raise UsageError(f"--{name.replace('_', '-')} {value}: expected a number")
