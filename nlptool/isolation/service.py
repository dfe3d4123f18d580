"""One adapter, served in a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from nlptool.entry_points import load as load_reference
from nlptool.errors import InternalError, ModelError, NlptoolError, RecordError, one_line
from nlptool.isolation.host import answers, listen_to
from nlptool.isolation.messages import Ask, Load, Ready, Reply, unpack, unpack_params
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.plugins.loading import load
from nlptool.tasks.base import Task

log = logging.getLogger(__name__)

AnyAdapter = Adapter[Any, Any]


class AdapterService:
    """Loads an adapter when told to, and lets it answer."""

    send: Callable[[Reply], None]

    def __init__(self) -> None:
        self.adapter: AnyAdapter | None = None
        self.checked: Any = None

    def reply(self, order: Any) -> Reply:
        """Load or answer."""
        if isinstance(order, Load):
            return self._load(order)
        if isinstance(order, Ask) and self.adapter:
            return self._answer(self.adapter, order)
        raise InternalError("no model is loaded")

    def close(self) -> None:
        """Let go of the model."""
        if self.adapter:
            self.adapter.close()

    def _load(self, order: Load) -> Reply:
        listen_to(order.level)
        cls = _class(order.adapter, order.setup)
        cls.check_device(order.setup.device)
        self.adapter = load(cls, order.setup)
        self.task: Task[Any, Any] = load_reference(order.task)
        return Ready(self.adapter.batching)

    def _answer(self, adapter: AnyAdapter, order: Ask) -> Reply:
        records = unpack(order.kind, order.records, self.task)
        params = unpack_params(order.params, self.task)
        if params != self.checked:
            adapter.check(params)
            self.checked = params
        try:
            return answers(list(adapter.predict(records, params)))
        except NlptoolError:
            raise
        except Exception as error:
            model = adapter.setup.model
            log.debug("model %s on a batch of %d", model, len(records), exc_info=True)
            name = type(error).__name__
            raise RecordError(f"model {model}: {name}: {one_line(error)}") from error


def _class(adapter: str, setup: Setup) -> type[AnyAdapter]:
    """The adapter's class; ModelError where it cannot be imported here."""
    module, _, name = adapter.partition(":")
    try:
        cls: type[AnyAdapter] = getattr(import_module(module), name)
    except Exception as error:
        raise ModelError(
            f"model {setup.model}: its adapter cannot be imported in its environment: "
            f"{type(error).__name__}: {one_line(error)}"
        ) from error
    return cls
