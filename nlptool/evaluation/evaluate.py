"""Models against data whose truth is known: how right they are, how fast, how large."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

import msgspec

from nlptool.errors import InputError, RecordError
from nlptool.io import reader
from nlptool.io.failures import Failures
from nlptool.io.record import Chunk, Record
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.pipeline.batching import Answerer, window_size
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.executors.serial import Serial
from nlptool.pipeline.jobspec import Counts
from nlptool.pipeline.windows import windows
from nlptool.tasks import task_named
from nlptool.tasks.scoring import FindsTruth, Scorer, Scores, scorer_for

log = logging.getLogger(__name__)


class Plan(msgspec.Struct, frozen=True):
    """A task, its parameters and the data; ``truth`` is the column of what is right, None for the
    usual ones. ``limit``: so many records, 0 for all."""

    task: str
    params: Any
    choice: Choice
    data: reader.Spec
    fields: Sequence[str] = ()
    truth: str | None = None
    batch: int | None = None
    limit: int = 0


class Report(msgspec.Struct, frozen=True):
    """What one model did. ``records`` were scored, ``failed`` of them, as wrong, for the model
    could not answer; ``unusable`` records have no truth and do not count. ``memory`` is the most
    that the process held, in bytes. ``each`` is what single records scored, by their places."""

    model: str
    records: int
    failed: int
    unusable: int
    scores: Scores
    load_seconds: float
    seconds: float
    memory: int
    each: dict[str, dict[str, float]] = {}

    @property
    def speed(self) -> float:
        """Records a second, loading left out."""
        return self.records / self.seconds if self.seconds else 0.0


def default_model(plan: Plan) -> str:
    """The default model for the first record that can be taken."""
    task = task_named(plan.task)
    columns = ColumnMapping(task, plan.fields)
    resolver = Resolver(task, plan.choice)
    if resolver.only:
        return resolver.only
    for record in chain.from_iterable(reader.read(plan.data, reader.sources_of(plan.data))):
        with suppress(RecordError):
            return resolver.model_of(columns.take(record), plan.params)
    raise InputError(f"{', '.join(plan.data.inputs)}: there is no record to choose a model by")


def evaluate(plan: Plan, model: str, tick: Callable[[Counts], None]) -> Report:
    """Score one model."""
    task = replace(task_named(plan.task), finish=None)
    columns = ColumnMapping(task, plan.fields)
    sources = reader.sources_of(plan.data)
    chunks = _first(plan.limit, reader.read(plan.data, sources))
    resolver = Resolver(task, msgspec.structs.replace(plan.choice, model=model))
    executor = Serial(Answerer(task, plan.params, Pool(resolver), plan.batch))
    size = partial(window_size, resolver, plan.params, count=plan.batch)
    sheet = _Sheet(scorer_for(task), plan.truth)
    counts = Counts(size=sum(source.size for source in sources))
    start = time.perf_counter()
    try:
        executor.answerer.pool.adapter(model)
        loaded = time.perf_counter()
        for answered in executor.map(windows(chunks, columns, size)):
            for record, result in zip(answered.records, answered.results, strict=True):
                sheet.write(record, result)
            counts.done, counts.failed = sheet.records, sheet.failed
            counts.seen = sum(source.done for source in sources)
            tick(counts)
        end = time.perf_counter()
    finally:
        executor.close()
    return Report(
        model=model,
        records=sheet.records,
        failed=sheet.failed,
        unusable=sheet.unusable,
        scores=sheet.scorer.scores(),
        load_seconds=loaded - start,
        seconds=end - loaded,
        memory=peak_memory(),
        each=sheet.each,
    )


class _Sheet:
    """Puts every result to the scorer with its truth, and counts."""

    def __init__(self, scorer: Scorer, column: str | None) -> None:
        self.scorer = scorer
        self.column = column
        self.records = self.failed = self.unusable = 0
        self.failures = Failures(log)
        self.each: dict[str, dict[str, float]] = {}

    def write(self, record: Record, result: Any) -> None:
        """Score a result; RecordError as result is a failure of the model."""
        failure = isinstance(result, RecordError)
        try:
            alone = self.scorer.add(self._truth(record), None if failure else result)
        except RecordError as error:
            self.unusable += 1
            self.failures.tell(f"{record.place}: {error}")
            return
        self.records += 1
        if alone is not None:
            self.each[_name_of(record)] = alone
        if failure:
            self.failed += 1
            self.failures.tell(f"{record.place}: {result}")

    def _truth(self, record: Record) -> Any:
        columns = (self.column,) if self.column else self.scorer.columns
        column = next((column for column in columns if column in record.row), None)
        if column is None and isinstance(self.scorer, FindsTruth) and not self.column:
            return self.scorer.truth_of(record.row)
        if column is None:
            raise RecordError(
                f"no column {' or '.join(columns)}; there are: {', '.join(record.row)}; "
                "name the truth's with --truth"
            )
        return record.row[column]


def _name_of(record: Record) -> str:
    """A picture's name with its page, or the record's place."""
    name, page = record.row.get("file"), record.row.get("page", 1)
    return record.place if name is None else f"{name}:{page}" if page > 1 else f"{name}"


def _first(limit: int, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The first records, all where the limit is 0."""
    left = limit
    for chunk in chunks:
        yield chunk[:left] if limit else chunk
        left -= len(chunk)
        if limit and left <= 0:
            return


def peak_memory() -> int:
    """The most memory that this process held, in bytes."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
            line = next(line for line in status if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        import resource
        import sys

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
