"""A whole job: every record read, answered, written, and accounted for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec

from nlptool.errors import NlptoolError, RecordError
from nlptool.formats import jsonl, read
from nlptool.formats.output import Channel, Output
from nlptool.formats.record import Record
from nlptool.formats.source import Source
from nlptool.formats.write import FileSink
from nlptool.run.load import Choice, Models
from nlptool.run.shape import Shape
from nlptool.run.stream import Done, Stream
from nlptool.tasks import Task

log = logging.getLogger(__name__)

OnError = Literal["fail", "skip", "emit"]
SHOWN_ERRORS = 20


class Job(msgspec.Struct, frozen=True):
    """What is to be done with which records, and where the results go."""

    task: Task[Any, Any]
    params: Any
    choice: Choice
    input: read.Spec
    output: str | None = None
    format: str | None = None
    fields: Sequence[str] = ()
    id_field: str | None = None
    with_input: bool = False
    on_error: OnError = "skip"
    rejects: Path | None = None
    batch: int | None = None


@dataclass
class Counts:
    """What became of the records; ``seen`` and ``size`` are bytes of input, size 0 if unknown."""

    done: int = 0
    failed: int = 0
    seen: int = 0
    size: int = 0


def run(job: Job, stdout: Callable[[], BinaryIO], tick: Callable[[Counts], None]) -> Counts:
    """Do the job; ``tick`` hears of the counts after every batch.

    A failed record is skipped, written as an error, or ends the job, as ``on_error`` says. Where
    the job ends early, an output file does not appear, but the rejects do.
    """
    sources = read.sources_of(job.input)
    shape = Shape(job.task, job.fields, job.id_field, job.with_input)
    models = Models(job.task, job.params, job.choice)
    output = Output(job.output, job.format, job.on_error == "emit", stdout)
    counts = Counts(size=sum(source.size for source in sources))
    desk = _Desk(job, shape, output, sources, counts)
    try:
        stream = Stream(shape, models, job.batch)
        for done in stream.answer(read.read(job.input, sources)):
            desk.write(done)
            counts.seen = sum(source.done for source in sources)
            tick(counts)
        output.commit()
    except BaseException:
        output.abort()
        raise
    finally:
        desk.close()
        models.close()
    return counts


class _Desk:
    """Hands answers to their channels, and errors to wherever errors go."""

    def __init__(
        self, job: Job, shape: Shape, output: Output, sources: Iterable[Source], counts: Counts
    ) -> None:
        self.job = job
        self.shape = shape
        self.output = output
        self.sources = {source.name: source for source in sources}
        self.counts = counts
        self.rejects: FileSink | None = None

    def write(self, done: list[Done]) -> None:
        """Write answers that stand in order; those of one source go out together."""
        start = 0
        for end in range(1, len(done) + 1):
            if end == len(done) or done[end][0].source != done[start][0].source:
                self._write_source(done[start:end])
                start = end

    def _write_source(self, done: list[Done]) -> None:
        failed = [item for item in done if isinstance(item[1], RecordError)]
        for record, error in failed:
            self._fail(record, error)
        self.counts.done += len(done) - len(failed)
        if failed and self.job.on_error == "skip":
            done = [item for item in done if not isinstance(item[1], RecordError)]
        if done:
            self._send(self._channel(done[0][0].source), done)

    def _channel(self, name: str) -> Channel:
        source = self.sources.get(name)
        kind = read.format_of(self.job.input, source) if source else "text"
        return self.output.channel(source, kind)

    def _send(self, channel: Channel, done: list[Done]) -> None:
        if channel.text:
            plain = self.job.task.plain
            channel.write_lines(
                ["" if isinstance(result, RecordError) else plain(result) for _, result in done]
            )
        else:
            rows = self.shape.rows
            good = any(not isinstance(result, RecordError) for _, result in done)
            channel.write_rows(
                [row for record, result in done for row in rows(record, result)], good
            )

    def _fail(self, record: Record, error: RecordError) -> None:
        self.counts.failed += 1
        message = f"{record.place}: {error}"
        if self.job.rejects:
            if self.rejects is None:
                self.rejects = FileSink(self.job.rejects)
            self.rejects.write(jsonl.encode([{**record.row, "error": str(error)}]))
        if self.job.on_error == "fail":
            raise RecordError(message) from error
        if self.counts.failed <= SHOWN_ERRORS:
            log.warning("%s", message)
        if self.counts.failed == SHOWN_ERRORS:
            log.warning("further failed records are only counted")

    def close(self) -> None:
        """The rejects appear, whatever became of the job."""
        if self.rejects:
            try:
                self.rejects.commit()
            except NlptoolError as error:
                log.error("%s", error)
