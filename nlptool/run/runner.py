"""A whole job: every record read, answered, written, and accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from nlptool.errors import UsageError
from nlptool.formats import read
from nlptool.formats.output import Output
from nlptool.formats.record import Chunk
from nlptool.formats.source import Source
from nlptool.run.desk import Desk
from nlptool.run.job import Counts, Job
from nlptool.run.journal import Entry, Journal
from nlptool.run.load import Models
from nlptool.run.shape import Shape
from nlptool.run.stream import Stream


def run(job: Job, stdout: Callable[[], BinaryIO], tick: Callable[[Counts], None]) -> Counts:
    """Do the job; ``tick`` hears of the counts after every batch.

    A failed record is skipped, written as an error, or ends the job, as ``on_error`` says. Where
    the job ends early, an output file does not appear, but the rejects do; with ``resume`` the
    next run of the same job goes on behind the last window of records that was written.
    """
    sources = read.sources_of(job.input)
    shape = Shape(job.task, job.fields, job.id_field, job.with_input)
    models = Models(job.task, job.params, job.choice)
    journal = _journal(job, sources) if job.resume else None
    before = journal.last if journal else Entry()
    counts = Counts(before.records - before.failed, before.failed, before.doubted)
    counts.size = sum(source.size for source in sources)
    output = Output(
        job.output, job.format, job.on_error == "emit", stdout, before.output if journal else None
    )
    desk = Desk(job, shape, output, sources, counts, grown=before.rejects if journal else None)
    finished = False
    try:
        stream = Stream(shape, models, job.batch)
        for done in stream.answer(
            _behind(read.read(job.input, sources, shape.main), before.records)
        ):
            desk.write(done)
            counts.seen = sum(source.done for source in sources)
            tick(counts)
            entry = desk.entry()
            if journal and entry and entry.records == before.records + stream.settled:
                journal.note(entry)
        output.commit()
        finished = True
    except BaseException:
        output.abort()
        raise
    finally:
        desk.close(finished)
        models.close()
        if journal:
            journal.close(finished)
    return counts


def _journal(job: Job, sources: Sequence[Source]) -> Journal:
    target = job.output or "-"
    kind = job.format or Path(target).suffix.lstrip(".").lower()
    if target == "-" or target.endswith("/") or Path(target).is_dir() or kind == "parquet":
        raise UsageError("--resume needs -o FILE, of any format but parquet")
    choice = job.choice
    key = {
        "task": job.task.name,
        "params": job.params,
        "choice": [choice.model, choice.device, choice.backend, dict(choice.options)],
        "input": job.input,
        "sources": [(source.name, source.size) for source in sources],
        "output": [kind, job.with_input, job.on_error, str(job.rejects), job.batch],
        "columns": [list(job.fields), job.id_field],
    }
    return Journal(Path(target).resolve(), key)


def _behind(chunks: Iterable[Chunk], records: int) -> Iterator[Chunk]:
    """The records but for the first ones."""
    for chunk in chunks:
        rest = chunk[records:] if records else chunk
        records = max(0, records - len(chunk))
        if rest:
            yield rest
