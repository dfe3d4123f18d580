"""From the registry, the store and a plugin to an adapter that is ready."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from nlptool.config.registry import ANY, Backend, Model, Registry
from nlptool.config.registry import load as load_registry
from nlptool.errors import DeviceError, ModelError, RecordError, UsageError
from nlptool.isolation.environments import python_of
from nlptool.isolation.loading import made
from nlptool.models import device
from nlptool.models.folder import HUB, hub_module, is_path, model_of
from nlptool.models.pairs import model_for
from nlptool.models.store import Store, folder_for
from nlptool.models.store.check import refuse_pickles
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.plugins.discovery import AdapterClass, adapter_class
from nlptool.tasks import Task

log = logging.getLogger(__name__)

Pair = Callable[[Any, str | None], tuple[str, str]]

WRAPPERS = {"translate": "nlptool.translation.translator:Translator"}
"""What stands between a task's records and its adapters, by task."""


class Choice(msgspec.Struct, frozen=True):
    """What the user says about the model: None where the registry decides."""

    model: str | None = None
    device: str | None = None
    backend: str | None = None
    options: Mapping[str, Any] = {}
    registry: Path | None = None
    store: Store = msgspec.field(default_factory=Store)


class Models:
    """The models of a job, each loaded when the first record needs it."""

    def __init__(self, task: Task[Any, Any], params: Any, choice: Choice) -> None:
        self.task = task
        self.params = params
        self.choice = choice
        self.registry: Registry = load_registry(choice.registry)
        self.defaults = self.registry.defaults.get(task.name, {})
        self.loaded: dict[str, Adapter[Any, Any]] = {}

    @property
    def only(self) -> str | None:
        """The one model for all records, None where the record decides."""
        if self.choice.model:
            return self.choice.model
        if list(self.defaults) != [ANY]:
            return None
        name = self.defaults[ANY]
        tells = self.task.language and self.registry.models[name].languages
        return None if tells else name

    def pick(self, text: str) -> str:
        """The default model for a text, by its language; RecordError where none knows that."""
        from nlptool.models.languages import identify, language_of

        if self.task.pair:
            return self._pick_pair(self.task.pair, text)
        name = self.defaults.get(ANY)
        known = self.registry.models[name].languages if name else ()
        language = identify(text) if known else language_of(text)
        if language and language in self.defaults:
            return self.defaults[language]
        where = f" in the language {language}" if language else ""
        advice = f"no default model for {self.task.name}{where}; choose one with --model, see: "
        if name is None:
            raise ModelError(f"{advice}nlptool models list --task {self.task.name}")
        if language and known and language not in known:
            raise RecordError(f"{advice}nlptool models list --language {language}")
        return name

    def _pick_pair(self, pair: Pair, text: str) -> str:
        """The model between two languages; what only the text's own language lacks is no fault of
        the job's, but the record's."""
        from nlptool.models.languages import identify

        asked = pair(self.params, None)
        source, target = pair(self.params, identify(text))
        try:
            return model_for(self.registry, self.choice.store, self.task.name, source, target)
        except ModelError as error:
            if (source, target) == asked:
                raise
            raise RecordError(str(error)) from error

    def adapter(self, name: str) -> Adapter[Any, Any]:
        """The adapter of a model, made on first use."""
        if name not in self.loaded:
            self.loaded[name] = self._load(name)
        return self.loaded[name]

    def close(self) -> None:
        """Let go of all models."""
        for adapter in self.loaded.values():
            adapter.close()

    def _load(self, name: str) -> Adapter[Any, Any]:
        model, folder = self.find(name)
        if model.task != self.task.name:
            raise ModelError(f"{name} is a model for {model.task}, not for {self.task.name}")
        cls, python = class_for(self.registry, model)
        if self.task.name not in cls.tasks:
            raise ModelError(f"the adapter {model.adapter} does not do {self.task.name}")
        check = _not_checked_here if python else cls.check_device
        backend = device.choose(self._backends(name, model), self.choice.device, check)
        store = self.choice.store
        base = (
            folder_for(store, model.base, self.registry.model(model.base)) if model.base else None
        )
        setup = Setup(
            task=self.task.name,
            model=name,
            folder=folder,
            params=self.params,
            base=base,
            languages=model.languages,
            options={**model.options, **self.choice.options},
            made=store.made_of(folder, base),
            device=backend.device,
            precision=backend.precision,
            threads=backend.threads,
        )
        log.info("model %s (adapter %s)", name, model.adapter)
        adapter = _apart(cls, setup, python) if python else made(cls, setup)
        return _wrapped(self.task.name, adapter)

    def find(self, name: str) -> tuple[Model, Path | None]:
        """A model of the registry, or else a path of the user or PaddleHub's, with its files."""
        if name.startswith(HUB):
            return hub_module(name, self.task.name)
        if name not in self.registry.models and is_path(name):
            model = model_of(Path(name), self.task.name)
            if Path(name).is_dir():
                refuse_pickles(name, model, Path(name))
            return model, Path(name)
        model = self.registry.model(name)
        class_for(self.registry, model)  # a library that is missing is told before files are pulled
        return model, folder_for(self.choice.store, name, model)

    def _backends(self, name: str, model: Model) -> list[tuple[str, Backend]]:
        wish = self.choice.backend
        if wish is None:
            return [(backend, self.registry.backends[backend]) for backend in model.backends]
        if wish not in self.registry.backends:
            there = ", ".join(self.registry.backends)
            raise UsageError(f"no backend is named {wish}; there are {there}")
        if wish not in model.backends:
            raise DeviceError(
                f"model {name} does not run on {wish}, but on {', '.join(model.backends)}"
            )
        return [(wish, self.registry.backends[wish])]


def class_for(registry: Registry, model: Model) -> tuple[AdapterClass, Path | None]:
    """The class of a model's adapter, and the Python that it is for, if that is another one."""
    if model.environment is None:
        return adapter_class(model.adapter), None
    python = python_of(model.environment, registry.environments)
    return adapter_class(model.adapter, here=False), python


def _apart(cls: AdapterClass, setup: Setup, python: Path) -> Adapter[Any, Any]:
    from nlptool.isolation.adapter import IsolatedAdapter

    return IsolatedAdapter(setup, cls, python)


def _not_checked_here(_device: str) -> None:
    """An environment's libraries can be asked there only, when the model is loaded."""


def _wrapped(task: str, adapter: Adapter[Any, Any]) -> Adapter[Any, Any]:
    """The adapter, behind what its task puts before it."""
    if task not in WRAPPERS:
        return adapter
    module, _, name = WRAPPERS[task].partition(":")
    wrapper: Adapter[Any, Any] = getattr(import_module(module), name)(adapter)
    return wrapper
