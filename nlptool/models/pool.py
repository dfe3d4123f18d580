"""Loaded models: each loaded once, when the first request needs it, and kept for the next ones."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from threading import Lock, RLock
from typing import Any

from nlptool.models.resolver import Resolver
from nlptool.plugins.adapter import Adapter
from nlptool.plugins.loading import load

log = logging.getLogger(__name__)


class Pool:
    """The adapters of a task; any thread may ask."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.loaded: dict[str, Adapter[Any, Any]] = {}
        self.devices: dict[str, str] = {}
        """Where each model runs that was ever loaded."""
        self.turns: dict[str, AbstractContextManager[Any]] = {}
        self.lock = RLock()

    def adapter(self, name: str) -> Adapter[Any, Any]:
        """The adapter of a model, behind what its task puts before it."""
        with self.lock:
            if name not in self.loaded:
                adapter = self.loaded[name] = self._load(name)
                self.turns[name] = nullcontext() if adapter.thread_safe else Lock()
            return self.loaded[name]

    def turn(self, name: str) -> AbstractContextManager[Any]:
        """To be held while a loaded model answers, which some can do for one thread at a time."""
        return self.turns[name]

    def close(self) -> None:
        """Let go of all models; what one of them fails with is logged."""
        with self.lock:
            loaded, self.loaded = self.loaded, {}
        for name, adapter in loaded.items():
            try:
                adapter.close()
            except Exception:
                log.debug("closing %s", name, exc_info=True)

    def _load(self, name: str) -> Adapter[Any, Any]:
        found = self.resolver.resolve(name)
        self.devices[name] = found.setup.device
        adapter: Adapter[Any, Any]
        if found.python:
            from nlptool.isolation.adapter import IsolatedAdapter

            adapter = IsolatedAdapter(found.setup, found.cls, found.python)
        else:
            adapter = load(found.cls, found.setup)
        wrapper = self.resolver.task.wrapper
        return wrapper()(adapter) if wrapper else adapter
