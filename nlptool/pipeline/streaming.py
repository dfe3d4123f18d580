"""Results as they are made, piece by piece, for a person who reads along."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain

from nlptool.errors import RecordError
from nlptool.io import reader
from nlptool.io.record import Record
from nlptool.models.pool import Pool
from nlptool.models.resolver import Resolver
from nlptool.models.store import Watch
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.jobspec import Counts, Execution, JobSpec
from nlptool.tasks import task_named

log = logging.getLogger(__name__)


def can_stream(spec: JobSpec) -> bool:
    """Whether all that a job asks for is text on standard output, record after record."""
    return (
        spec.output is None
        and spec.format in (None, "text")
        and spec.execution == Execution()
        and spec.on_error == "skip"
        and not (
            spec.provenance
            or spec.resume
            or spec.shard
            or spec.rejects
            or spec.artifact
            or spec.summary
        )
    )


def stream(spec: JobSpec, write: Callable[[str], None], watch: Watch | None = None) -> Counts:
    """Answer the records one after the other; ``write`` gets each piece of text when it is there.

    Whatever ends the job, what was written stays, and its line is ended.
    """
    task = task_named(spec.task)
    columns = ColumnMapping(task, spec.fields, spec.id_field)
    counts = Counts()
    pool = Pool(Resolver(task, spec.choice, watch))

    def pieces(record: Record) -> Iterator[str]:
        item = columns.take(record)
        adapter = pool.adapter(pool.resolver.model_of(item, spec.params))
        adapter.check(spec.params)
        with closing(adapter.stream(item, spec.params)) as parts:  # type: ignore[type-var]
            yield from map(task.plain, parts)

    try:
        for record in chain.from_iterable(
            reader.read(spec.input, reader.sources_of(spec.input), columns.main, tolerant=True)
        ):
            said = ""
            try:
                for said in pieces(record):
                    write(said)
                counts.done += 1
            except RecordError as error:
                counts.failed += 1
                log.warning("%s: %s", record.place, error)
            finally:
                if said:
                    write("\n")
    finally:
        pool.close()
    return counts
