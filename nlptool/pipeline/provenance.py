"""What answered a record: for those who must know later."""

from __future__ import annotations

from typing import Any

from nlptool import __version__
from nlptool.io.record import Record
from nlptool.models.digest import digest_of
from nlptool.models.resolver import Resolver
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.executors.base import Executor
from nlptool.tasks import Row


class Provenance:
    """The model, its digest, nlptool's version and the device of each answer."""

    def __init__(
        self, resolver: Resolver, columns: ColumnMapping, params: Any, executor: Executor
    ) -> None:
        self.resolver = resolver
        self.columns = columns
        self.params = params
        self.executor = executor
        self.known: dict[str, Row] = {}

    def of(self, record: Record) -> Row:
        """What answered a record that has an answer."""
        name = self.resolver.only or self.resolver.model_of(self.columns.take(record), self.params)
        if name not in self.known:
            self.known[name] = {
                "model": name,
                "digest": digest_of(self.resolver, name),
                "nlptool": __version__,
                "device": self.executor.devices.get(name),
            }
        return self.known[name]
