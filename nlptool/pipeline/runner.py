"""A whole job: every record read, answered, written, and accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from nlptool.errors import InputError, RecordError, UsageError
from nlptool.io import reader
from nlptool.io.atomic import settle
from nlptool.io.files import Outputs
from nlptool.io.formats.format import Format
from nlptool.io.formats.registry import output_named, output_of
from nlptool.io.output import OUTPUT, Output
from nlptool.io.packed import packing
from nlptool.io.record import Chunk
from nlptool.io.sinks import claim_stdout
from nlptool.io.sources import Source
from nlptool.io.urls import is_remote, is_url, shown
from nlptool.models.pool import Pool
from nlptool.models.resolver import Resolver
from nlptool.models.store import Watch
from nlptool.pipeline.batching import Answerer, window_size
from nlptool.pipeline.checkpoint import Checkpoint, Entry
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.executors.base import Executor
from nlptool.pipeline.identity import identity, job_hash
from nlptool.pipeline.jobspec import Counts, JobSpec
from nlptool.pipeline.provenance import Provenance
from nlptool.pipeline.rejects import REJECTS, check_limit, over
from nlptool.pipeline.rendering import Rendering
from nlptool.pipeline.shards import own, save_manifest
from nlptool.pipeline.windows import Answered, windows
from nlptool.pipeline.writer import ResultWriter
from nlptool.tasks import task_named

SUMMARY = "the summary"

Tick = Callable[[Counts], None]


def run(
    spec: JobSpec,
    tick: Tick = lambda _counts: None,
    stdout: Callable[[], BinaryIO] = claim_stdout,
    watch: Watch | None = None,
    counts: Counts | None = None,
) -> Counts:
    """Do the job; ``tick`` hears of the counts after every batch, ``watch`` of downloads. Whoever
    gives ``counts`` has them where the job ends early, too.

    A failed record is skipped, written as an error, or ends the job, as ``on_error`` says. Where
    the job ends early, an output file does not appear, but the rejects do; with ``resume`` the
    next run of the same job goes on behind the last window of records that was written.
    """
    task = task_named(spec.task)
    _check(spec)
    sources = reader.sources_of(spec.input)
    columns = ColumnMapping(task, spec.fields, spec.id_field, spec.with_input)
    resolver = Resolver(task, spec.choice, watch)
    files = Outputs(sources, spec.reads, stdout, spec.existing)
    if spec.rejects:
        files.take(spec.rejects, REJECTS)
    if spec.summary:
        files.take(spec.summary, SUMMARY)
    resume = spec.resume or spec.shard
    checkpoint = _checkpoint(spec, sources, resolver, files) if resume else None
    before = checkpoint.last if checkpoint else Entry()
    counts = counts or Counts()
    counts.done, counts.failed = before.records - before.failed, before.failed
    counts.doubted, counts.resumed = before.doubted, before.records
    counts.size = sum(source.size for source in sources)
    job = job_hash(spec, sources, resolver) if spec.shard else ""
    if checkpoint and before.complete:
        _settle(spec, files, checkpoint, job)
        return counts
    output = _output(spec, sources, columns, files, before.output if checkpoint else None)
    writer = ResultWriter(
        spec, columns, output, sources, counts, grown=before.rejects if checkpoint else None
    )
    executor = _executor(spec, resolver, Rendering(spec, columns, output.form_of_all))
    if spec.provenance:
        columns.provenance = Provenance(resolver, columns, spec.params, executor).of
    finished = False
    try:
        chunks = _chunks(spec, sources, columns, before.records, unread=executor.unread)
        size = partial(window_size, resolver, spec.params, count=spec.batch)
        _write(executor.map(windows(chunks, columns, size)), writer, checkpoint, tick)
        output.commit(writer.empty())
        if checkpoint:
            _tell_shard(spec, checkpoint, job)
        finished = True
    except BaseException:
        output.abort()
        raise
    finally:
        counts.devices = executor.devices
        executor.close()
        try:
            writer.close(finished)
            if checkpoint and finished:
                checkpoint.remove()
        finally:
            if checkpoint:
                checkpoint.close()
    return counts


def _check(spec: JobSpec) -> None:
    """UsageError for what makes no sense together, InputError for addresses in the network where
    that is not to be used."""
    for name in spec.input.inputs if spec.input.pages is None else spec.input.arguments:
        if spec.choice.offline and is_url(name) and is_remote(name):
            raise InputError(f"{shown(name)}: the network is not to be used (--offline)")
    executor = spec.execution.executor
    if executor is not None and executor.partition("=")[0] != "ray":
        raise UsageError(f"--executor {executor}: expected ray or ray=ADDRESS")
    if spec.execution.max_errors is not None:
        check_limit(spec.execution.max_errors)
    if spec.execution.unordered and (spec.resume or spec.shard or _is_folder(spec.output)):
        raise UsageError("--unordered goes neither with --resume nor with a folder of outputs")


def _write(
    answers: Iterator[Answered], writer: ResultWriter, checkpoint: Checkpoint | None, tick: Tick
) -> None:
    """All answers to the end of the output, with a note of each window that is written."""
    counts = writer.counts
    for answered in answers:
        writer.write(answered)
        _bear(writer.spec, counts)
        counts.seen = sum(source.done for source in writer.sources.values())
        tick(counts)
        if checkpoint and answered.last and (entry := writer.entry()):
            checkpoint.note(entry)
    _bear(writer.spec, counts, ended=True)
    if checkpoint:
        writer.output.finish()
        checkpoint.complete(counts)


def _output(
    spec: JobSpec,
    sources: Sequence[Source],
    columns: ColumnMapping,
    files: Outputs,
    grown: int | None,
) -> Output:
    emit = spec.on_error == "emit"
    output = Output(spec.output, spec.format, emit, files, grown, csv_safe=spec.csv_safe)
    forms = ((source, reader.format_of(spec.input, source)) for source in sources)
    output.expect(forms, columns.header)
    return output


def _chunks(
    spec: JobSpec,
    sources: Sequence[Source],
    columns: ColumnMapping,
    done: int,
    *,
    unread: bool,
) -> Iterator[Chunk]:
    """The records of the job but for the first ones, which are done; ``unread`` as reader.read."""
    tolerant = spec.on_error != "fail"
    records = reader.read(spec.input, sources, columns.main, tolerant=tolerant, unread=unread)
    return _behind(own(records, spec.shard), done)


def _executor(spec: JobSpec, resolver: Resolver, rendering: Rendering) -> Executor:
    how = spec.execution
    if how.executor:
        from nlptool.pipeline.executors.ray import Ray

        return Ray(spec, resolver, rendering)
    if how.jobs or how.seconds or how.memory:
        from nlptool.pipeline.executors.processes import Processes

        return Processes(spec, resolver, rendering)
    from nlptool.pipeline.executors.serial import Serial

    pool = Pool(resolver)
    return Serial(
        Answerer(resolver.task, spec.params, pool, spec.batch, how.retries, tune=how.tune)
    )


def _bear(spec: JobSpec, counts: Counts, *, ended: bool = False) -> None:
    """RecordError where more records failed than are allowed."""
    limit = spec.execution.max_errors
    if over(limit, counts, ended=ended):
        records = counts.done + counts.failed
        raise RecordError(f"{counts.failed} of {records} records failed, more than {limit}")


def _checkpoint(
    spec: JobSpec, sources: Sequence[Source], resolver: Resolver, files: Outputs
) -> Checkpoint:
    target = spec.output or "-"
    form = _form(spec)
    if spec.shard and spec.on_error == "emit" and form.table:
        raise UsageError("shards of tables take no --on-error emit; write jsonl")
    if target == "-" or _is_folder(target) or not form.resumable:
        option = "--shard" if spec.shard else "--resume"
        raise UsageError(f"{option} needs -o FILE of text, jsonl, json, csv or tsv")
    if spec.shard and packing(target):
        raise UsageError("a shard is not packed; pack what nlptool merge makes of them")
    if spec.existing != "replace":
        raise UsageError("--resume replaces its output; leave out --append and --no-clobber")
    return Checkpoint(files.file(Path(target), OUTPUT), identity(spec, sources, resolver))


def _form(spec: JobSpec) -> Format:
    return output_named(spec.format) if spec.format else output_of(spec.output or "-")


def _is_folder(target: str | None) -> bool:
    return bool(target) and (str(target).endswith("/") or Path(str(target)).is_dir())


def _tell_shard(spec: JobSpec, checkpoint: Checkpoint, job: str) -> None:
    """Beside the output of a shard, what it is."""
    if spec.shard:
        form, entries = _form(spec).name, checkpoint.entries()
        save_manifest(Path(spec.output or ""), form, spec.shard, job, entries)


def _settle(spec: JobSpec, files: Outputs, checkpoint: Checkpoint, job: str) -> None:
    """The end of a job that was killed when all was written."""
    if spec.rejects:
        settle(files.file(spec.rejects, REJECTS))
    settle(files.file(Path(spec.output or ""), OUTPUT))
    _tell_shard(spec, checkpoint, job)
    checkpoint.remove()
    checkpoint.close()


def _behind(chunks: Iterable[Chunk], records: int) -> Iterator[Chunk]:
    """The records but for the first ones."""
    for chunk in chunks:
        rest = chunk[records:] if records else chunk
        records = max(0, records - len(chunk))
        if rest:
            yield rest
