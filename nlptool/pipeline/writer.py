"""Where answers go: each to its channel, errors to wherever errors go, all of them counted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from nlptool.errors import RecordError, UsageError
from nlptool.io import reader
from nlptool.io.failures import Failures
from nlptool.io.formats.text import TEXT
from nlptool.io.output import Output
from nlptool.io.record import BadSource, Record
from nlptool.io.sources import Source, inside
from nlptool.io.terminal import drawn
from nlptool.io.visible import utf8, visible
from nlptool.pipeline.checkpoint import Entry
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.jobspec import Counts, JobSpec
from nlptool.pipeline.rejects import Rejects
from nlptool.pipeline.windows import Answered

log = logging.getLogger(__name__)


Done = tuple[Record, Any]
"""A record with its result or RecordError."""


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
        self.counts = counts
        self.failures = Failures(log)
        self.rejects = Rejects(spec.rejects, self.files, grown) if spec.rejects else None

    def write(self, answered: Answered) -> None:
        """Write answers that stand in order."""
        done = list(zip(answered.records, answered.results, strict=True))
        if done[0][0].source is done[-1][0].source:
            self._write_source(done)
            return
        for _, part in groupby(done, key=lambda item: item[0].source):
            self._write_source(list(part))

    def _write_source(self, done: list[Done]) -> None:
        failed = [item for item in done if isinstance(item[1], RecordError)]
        for record, error in failed:
            self._fail(record, error)
        self.counts.done += len(done) - len(failed)
        if failed and self.spec.on_error == "skip":
            if isinstance(failed[-1][0], BadSource):
                self.output.abandon(self.sources[failed[-1][0].source])
            done = [item for item in done if not isinstance(item[1], RecordError)]
        if self.spec.artifact:
            for record, result in done:
                if not isinstance(result, RecordError):
                    self.spec.artifact(self.files, self._place(record), record, result)
        if self.task.doubts:
            self._doubt(done, self.task.doubts)
        if done:
            self._send(done, self.sources.get(done[0][0].source))

    def _doubt(self, done: list[Done], doubts: Callable[[Any], list[str]]) -> None:
        for record, result in done:
            if not isinstance(result, RecordError) and (found := doubts(result)):
                self.counts.doubted += 1
                log.info("%s: %s", record.place, ", ".join(found))

    def _send(self, done: list[Done], source: Source | None) -> None:
        own = reader.format_of(self.spec.input, source) if source else TEXT
        channel = self.output.channel(source, own)
        if channel.text and self.spec.provenance:
            raise UsageError("--provenance needs a format with columns; say -f jsonl")
        if channel.text:
            pretty = self.task.pretty if channel.terminal else None
            show = pretty or self.task.plain
            texts = ["" if isinstance(result, RecordError) else show(result) for _, result in done]
            if channel.terminal:
                texts = [visible(text) for text in texts]
            channel.write_texts(drawn(texts) if pretty else texts, "" if own.document else "\n")
        elif channel.whole:
            channel.write_rows([self.columns.whole_row(*item) for item in done], True)
        else:
            good = any(not isinstance(result, RecordError) for _, result in done)
            channel.write_rows(self.columns.rows(done), good)

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

    def entry(self) -> Entry | None:
        """The checkpoint's entry for all that is written; None while some of it is held back."""
        output = self.output.grown_to()
        if output is None:
            return None
        rejects = self.rejects.size if self.rejects else 0
        records = self.counts.done + self.counts.failed
        return Entry(records, self.counts.failed, output, rejects, self.counts.doubted)

    def close(self, finished: bool) -> None:
        """The rejects appear, whatever became of the job, unless it will go on; OutputError where
        they cannot, and nothing else went wrong."""
        if self.rejects:
            self.rejects.close(finished, partial(log.error, "%s"))
