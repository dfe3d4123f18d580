"""A whole job: every record read, answered, written, and accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from nlptool.errors import UsageError
from nlptool.io import reader
from nlptool.io.files import Outputs
from nlptool.io.formats.registry import output_named, output_of
from nlptool.io.output import OUTPUT, Output
from nlptool.io.record import Chunk
from nlptool.io.sources import Source
from nlptool.models.resolver import Models
from nlptool.pipeline.batching import Stream
from nlptool.pipeline.checkpoint import Checkpoint, Entry
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.job import Counts, Job
from nlptool.pipeline.writer import REJECTS, ResultWriter


def run(job: Job, stdout: Callable[[], BinaryIO], tick: Callable[[Counts], None]) -> Counts:
    """Do the job; ``tick`` hears of the counts after every batch.

    A failed record is skipped, written as an error, or ends the job, as ``on_error`` says. Where
    the job ends early, an output file does not appear, but the rejects do; with ``resume`` the
    next run of the same job goes on behind the last window of records that was written.
    """
    sources = reader.sources_of(job.input)
    columns = ColumnMapping(job.task, job.fields, job.id_field, job.with_input)
    models = Models(job.task, job.params, job.choice)
    files = Outputs(sources, job.reads, stdout)
    if job.rejects:
        files.take(job.rejects, REJECTS)
    checkpoint = _checkpoint(job, sources, files) if job.resume else None
    before = checkpoint.last if checkpoint else Entry()
    counts = Counts(before.records - before.failed, before.failed, before.doubted)
    counts.size = sum(source.size for source in sources)
    output = Output(
        job.output,
        job.format,
        job.on_error == "emit",
        files,
        before.output if checkpoint else None,
    )
    output.expect(
        ((source, reader.format_of(job.input, source)) for source in sources), columns.header
    )
    writer = ResultWriter(
        job, columns, output, sources, counts, grown=before.rejects if checkpoint else None
    )
    finished = False
    try:
        stream = Stream(columns, models, job.batch)
        for done in stream.answer(
            _behind(reader.read(job.input, sources, columns.main), before.records)
        ):
            writer.write(done)
            counts.seen = sum(source.done for source in sources)
            tick(counts)
            entry = writer.entry()
            if checkpoint and entry and entry.records == before.records + stream.settled:
                checkpoint.note(entry)
        output.commit()
        finished = True
    except BaseException:
        output.abort()
        raise
    finally:
        models.close()
        if checkpoint:
            checkpoint.close(finished)
        writer.close(finished)
    return counts


def _checkpoint(job: Job, sources: Sequence[Source], files: Outputs) -> Checkpoint:
    target = job.output or "-"
    form = output_named(job.format) if job.format else output_of(target)
    if target == "-" or target.endswith("/") or Path(target).is_dir() or not form.resumable:
        raise UsageError("--resume needs -o FILE, of any format but parquet")
    choice = job.choice
    key = {
        "task": job.task.name,
        "params": job.params,
        "choice": [choice.model, choice.device, choice.backend, dict(choice.options)],
        "input": job.input,
        "sources": [(source.name, source.size) for source in sources],
        "output": [form.name, job.with_input, job.on_error, str(job.rejects), job.batch],
        "columns": [list(job.fields), job.id_field],
    }
    return Checkpoint(files.file(Path(target), OUTPUT), key)


def _behind(chunks: Iterable[Chunk], records: int) -> Iterator[Chunk]:
    """The records but for the first ones."""
    for chunk in chunks:
        rest = chunk[records:] if records else chunk
        records = max(0, records - len(chunk))
        if rest:
            yield rest
