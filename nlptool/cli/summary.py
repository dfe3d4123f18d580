"""What became of a job, as JSON: for who looks in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from nlptool import __version__
from nlptool.cli.messages import log, understood
from nlptool.errors import NlptoolError
from nlptool.io import reader
from nlptool.io.files import Outputs
from nlptool.io.output import OUTPUT
from nlptool.io.sinks import ReaderGone
from nlptool.models.digest import digest_of
from nlptool.models.resolver import Resolver
from nlptool.pipeline.jobspec import Counts, JobSpec
from nlptool.pipeline.rejects import REJECTS
from nlptool.pipeline.runner import SUMMARY
from nlptool.tasks import task_named


class Summary:
    """The summary of a job, with its counts as they are when it ends."""

    def __init__(self, job: JobSpec, counts: Counts) -> None:
        self.job = job
        self.counts = counts
        self.begun = datetime.now(UTC)
        self.start = monotonic()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write the summary, if one is wanted, also of a job that ends early."""
        try:
            yield
        except BaseException as error:
            if not isinstance(error, ReaderGone):
                told = understood(error)
                self._keep(exit_code=told.code, error=str(told))
            else:
                self._keep(exit_code=0)
            raise

    def finished(self, code: int) -> int:
        """Of a job that came to its end; the exit code again."""
        self._keep(exit_code=code)
        return code

    def skipped(self) -> int:
        """Of a job that did nothing, for another one has its lock; its exit code."""
        self._keep(exit_code=0, skipped=True)
        return 0

    def _keep(self, **more: Any) -> None:
        if self.job.summary is None:
            return
        counts, seconds = self.counts, monotonic() - self.start
        records = counts.done + counts.failed
        now = records - counts.resumed
        told = {
            "task": self.job.task,
            "started": self.begun.isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "records": records,
            "done": counts.done,
            "failed": counts.failed,
            "doubted": counts.doubted,
            "resumed": counts.resumed,
            "records_per_second": round(now / seconds, 3) if seconds else None,
            "models": self._models(),
            "nlptool": __version__,
            "inputs": [*self.job.input.inputs],
            "output": self.job.output,
            **more,
        }
        try:
            data = msgspec.json.format(msgspec.json.encode(told)) + b"\n"
            self._files().save(self.job.summary, data, SUMMARY)
        except NlptoolError as error:
            log.error("%s", error)

    def _files(self) -> Outputs:
        """What knows the job's files, none of which the summary may replace."""
        job = self.job
        try:
            sources = reader.sources_of(job.input)
        except NlptoolError:
            sources = []
        files = Outputs(sources, job.reads)
        for path, what in ((job.output, OUTPUT), (job.rejects, REJECTS)):
            if path and str(path) != "-" and not Path(path).is_dir():
                files.take(Path(path), what)
        return files

    def _models(self) -> list[dict[str, str | None]]:
        """The models that answered."""
        if not self.counts.devices:
            return []
        resolver = Resolver(task_named(self.job.task), self.job.choice)
        return [
            {"name": name, "digest": digest_of(resolver, name), "device": device}
            for name, device in sorted(self.counts.devices.items())
        ]
