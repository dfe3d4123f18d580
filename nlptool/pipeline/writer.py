"""Where answers go: each to its channel, errors to wherever errors go, all of them counted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from nlptool.errors import RecordError, UsageError, some_failed
from nlptool.io import reader
from nlptool.io.failures import Failures
from nlptool.io.formats.format import Format
from nlptool.io.formats.text import TEXT
from nlptool.io.output import Channel, Output
from nlptool.io.record import BadSource, Chunk, Record
from nlptool.io.sources import Source, inside
from nlptool.io.terminal import drawn
from nlptool.io.visible import utf8, visible
from nlptool.pipeline.checkpoint import Entry
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.jobspec import Counts, JobSpec
from nlptool.pipeline.rejects import Rejects
from nlptool.pipeline.rendering import merged
from nlptool.pipeline.windows import Answered

log = logging.getLogger(__name__)


def apart(done: Iterable[tuple[Record, Any]]) -> tuple[Chunk, list[Any]]:
    """Records with their results, as a list of each."""
    pairs = list(done)
    return [record for record, _ in pairs], [result for _, result in pairs]


class ResultWriter:
    """Hands answers to their channels, and errors to wherever errors go."""

    def __init__(
        self,
        spec: JobSpec,
        columns: ColumnMapping,
        output: Output,
        sources: Iterable[Source],
        counts: Counts,
        *,
        grown: int | None,
    ) -> None:
        self.spec = spec
        self.task = columns.task
        self.columns = columns
        self.output = output
        self.files = output.files
        self.sources = {source.name: source for source in sources}
        self.format_of = cache(partial(reader.format_of, spec.input))
        self.seen: set[str] = set()
        self.counts = counts
        self.failures = Failures(log)
        self.rejects = Rejects(spec.rejects, self.files, grown) if spec.rejects else None

    def write(self, answered: Answered) -> None:
        """Write answers that stand in order."""
        records, results = answered.records, answered.results
        if answered.written is not None:
            self._pass_on(records, answered.written)
            return
        if records[0].source is records[-1].source:
            self._write_source(records, results, answered.rendered)
            return
        done = zip(records, results, strict=True)
        for _, part in groupby(done, key=lambda item: item[0].source):
            self._write_source(*apart(part), answered.rendered)

    def _write_source(self, records: Chunk, results: list[Any], rendered: bool) -> None:
        self.seen.add(records[0].source)
        done = len(results)
        if some_failed(results):
            pairs = list(zip(records, results, strict=True))
            failed = [item for item in pairs if isinstance(item[1], RecordError)]
            for record, error in failed:
                self._fail(record, error)
            done -= len(failed)
            if self.spec.on_error == "skip":
                if isinstance(failed[-1][0], BadSource):
                    self.output.abandon(self.sources[failed[-1][0].source])
                good = (item for item in pairs if not isinstance(item[1], RecordError))
                records, results = apart(good)
        self.counts.done += done
        if self.spec.artifact or self.task.doubts:
            self._look_at(records, results)
        if results:
            self._send(records, results, rendered)

    def _pass_on(self, records: Chunk, written: bytes) -> None:
        source = records[:1][0].source
        self.seen.add(source)
        self.counts.done += len(records)
        self._channel(source)[1].write_bytes([written], b"")

    def _look_at(self, records: Chunk, results: list[Any]) -> None:
        """Results one by one: each with a file of its own, or told where it looks wrong."""
        for record, result in zip(records, results, strict=True):
            if isinstance(result, RecordError):
                continue
            if self.spec.artifact:
                self.spec.artifact(self.files, self._place(record), record, result)
            if self.task.doubts and (found := self.task.doubts(result)):
                self.counts.doubted += 1
                log.info("%s: %s", record.place, ", ".join(found))

    def _send(self, records: Chunk, results: list[Any], rendered: bool) -> None:
        own, channel = self._channel(records[0].source)
        if rendered:
            heads = None if channel.text else self.columns.heads(records)
            channel.write_bytes(merged(heads, results), b"" if own.document else b"\n")
            return
        if channel.text and self.spec.provenance:
            raise UsageError("--provenance needs a format with columns; say -f jsonl")
        if channel.text:
            pretty = self.task.pretty if channel.terminal else None
            show = pretty or self.task.plain
            if some_failed(results):
                texts = ["" if isinstance(one, RecordError) else show(one) for one in results]
            else:
                texts = [*map(show, results)]
            if channel.terminal:
                texts = [visible(text) for text in texts]
            channel.write_texts(drawn(texts) if pretty else texts, "" if own.document else "\n")
        elif channel.whole:
            channel.write_rows([*map(self.columns.whole_row, records, results)], True)
        else:
            good = any(not isinstance(result, RecordError) for result in results)
            channel.write_rows(self.columns.rows(records, results), good)

    def _channel(self, name: str) -> tuple[Format, Channel]:
        """A source's format, and where its results go."""
        source = self.sources.get(name)
        own = self.format_of(source) if source else TEXT
        return own, self.output.channel(source, own)

    def _fail(self, record: Record, error: RecordError) -> None:
        self.counts.failed += 1
        message = f"{record.place}: {error}"
        if self.rejects:
            self.rejects.add(record, error)
        if self.spec.on_error == "fail":
            raise RecordError(message) from error
        self.failures.tell(message)

    def _place(self, record: Record) -> Path:
        """The record's file below the folder it was found in."""
        name = str(record.row.get("file", record.source))
        name = record.source if name == utf8(record.source) else name
        self.files.read(Path(name), name)
        source = self.sources.get(name)
        return source.relative if source else inside(name)

    def empty(self) -> Iterator[tuple[Source, Format]]:
        """The files that no record came of, with their formats; no documents, which are one."""
        for name, source in self.sources.items():
            if source.path and name not in self.seen:
                own = self.format_of(source)
                if not own.document:
                    yield source, own

    def entry(self) -> Entry | None:
        """The checkpoint's entry for all that is written; None while some of it is held back."""
        output = self.output.grown_to()
        if output is None:
            return None
        rejects = self.rejects.grown_to() if self.rejects else 0
        records = self.counts.done + self.counts.failed
        return Entry(records, self.counts.failed, output, rejects, self.counts.doubted)

    def close(self, finished: bool) -> None:
        """The rejects appear, whatever became of the job, unless it will go on; OutputError where
        they cannot, and nothing else went wrong."""
        if self.rejects:
            self.rejects.close(finished, partial(log.error, "%s"))
