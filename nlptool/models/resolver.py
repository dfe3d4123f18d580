"""From a name, or a text, to a model: its entry, its files, its adapter's class, its device."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from nlptool.config.paths import is_offline, store_folder
from nlptool.config.registry import ANY, Backend, Model, Registry
from nlptool.config.registry import load as load_registry
from nlptool.errors import DeviceError, ModelError, RecordError, UsageError
from nlptool.isolation.environments import python_of
from nlptool.models import device
from nlptool.models.folder import has_scheme, is_path, library_model, model_of
from nlptool.models.pairs import Pairs
from nlptool.models.store import Store, Watch, folder_for, shared_stores, tell_licence, weight
from nlptool.models.store.check import refuse_pickles
from nlptool.plugins.adapter import Batching, Setup
from nlptool.plugins.discovery import AdapterClass, adapter_class
from nlptool.tasks import Task

log = logging.getLogger(__name__)

Pair = Callable[[Any, str | None], tuple[str, str]]


class Choice(msgspec.Struct, frozen=True):
    """What the user says about the model, as a plain value: None where the registry decides.

    ``store`` is the folder of the weights, None the user's own. ``threads`` are for a backend that
    names no number; 0 leaves it to the library. ``quality`` is one of the registry's defaults for a
    pair of languages; ``few`` says that the records are those of a command line. ``language`` is
    that of all records, where the user names it, or several with commas, of which the first that
    has a default chooses; ``ability`` is what not every model can, as
    ``lemma``: its defaults stand in the registry as ``LANGUAGE/ABILITY``.
    """

    model: str | None = None
    device: str | None = None
    backend: str | None = None
    options: Mapping[str, Any] = {}
    registry: Path | None = None
    store: Path | None = None
    offline: bool = msgspec.field(default_factory=is_offline)
    threads: int = 0
    quality: str | None = None
    few: bool = False
    language: str | None = None
    ability: str | None = None


def open_store(choice: Choice, watch: Watch | None = None) -> Store:
    """The store of a choice, with the shared ones; ``watch`` hears of downloads."""
    root = choice.store or store_folder()
    return Store(root, shared_stores(), choice.offline, watch or Watch())


@dataclass(frozen=True)
class Resolved:
    """All that it takes to load a model; ``python`` is the one of the environment it runs in."""

    setup: Setup
    cls: AdapterClass
    python: Path | None


class Resolver:
    """Says which model answers a record of a task. Loads none."""

    def __init__(self, task: Task[Any, Any], choice: Choice, watch: Watch | None = None) -> None:
        self.task = task
        self.choice = choice
        self.store = open_store(choice, watch)
        self.registry: Registry = load_registry(choice.registry)
        self.defaults = _defaults(task, self.registry, choice)
        self.spoken: dict[str, str] = {}
        self.batching = cache(self._batching)
        quality, few = choice.quality, choice.few
        self.pairs = Pairs(self.registry, self.store, task.name, quality, few)

    @property
    def only(self) -> str | None:
        """The one model for all records, None where the record decides."""
        if self.choice.model:
            return self.choice.model
        if not (self.task.language or self.task.pair):
            return self.defaults.get(ANY)
        if list(self.defaults) != [ANY]:
            return None
        name = self.defaults[ANY]
        able = self.choice.ability or self.choice.language
        tells = not able and self.task.language and self.registry.models[name].languages
        return None if tells else name

    def model_of(self, item: Any, params: Any) -> str:
        """The name of the model for a record; RecordError where none knows its language."""
        language = self.task.language
        return self.only or self.pick(language(item) if language else "", params)

    def pick(self, text: str, params: Any) -> str:
        """The default model for a text, by its language; RecordError where none knows that."""
        from nlptool.models.languages import identify, language_of

        if self.task.pair:
            return self._pick_pair(self.task.pair, text, params)
        name = self.defaults.get(ANY)
        known = self.registry.models[name].languages if name else ()
        language = identify(text) if known else language_of(text)
        if language and language in self.defaults:
            return self.of_language(language) if self.task.division else self.defaults[language]
        where = f" in the language {language}" if language else ""
        advice = f"no default model for {self.task.name}{where}; choose one with --model, see: "
        if name is None:
            raise ModelError(f"{advice}nlptool models list --task {self.task.name}")
        if language and known and language not in known:
            raise RecordError(f"{advice}nlptool models list --language {language}")
        return name

    def of_language(self, language: str | None) -> str:
        """The default model for a part of a text; where its library is not installed, that for any
        language, which is told."""
        if language is None or language not in self.defaults:
            return self.pick("", None)
        if language not in self.spoken:
            self.spoken[language] = self._of_language(language)
        return self.spoken[language]

    def _of_language(self, language: str) -> str:
        name = self.defaults[language]
        try:
            class_for(self.registry, self.entry(name))
        except ModelError as error:
            if ANY not in self.defaults:
                raise
            other = self.defaults[ANY]
            log.warning("%s answers for the language %s: %s", other, language, error)
            return other
        return name

    def _pick_pair(self, pair: Pair, text: str, params: Any) -> str:
        """The model between two languages; what only the text's own language lacks is no fault of
        the job's, but the record's."""
        from nlptool.models.languages import identify

        asked = pair(params, None)
        source, target = pair(params, identify(text))
        try:
            return self.pairs.model_for(source, target)
        except ModelError as error:
            if (source, target) == asked:
                raise
            raise RecordError(str(error)) from error

    def entry(self, name: str) -> Model:
        """A model of the registry, or else a path of the user, or a library's."""
        if has_scheme(name):
            return library_model(name, self.task.name)[0]
        if name not in self.registry.models and is_path(name):
            return model_of(Path(name), self.task.name)
        return self.registry.model(name)

    def find(self, name: str) -> tuple[Model, Path | None]:
        """The model with its files, which are pulled where they are missing."""
        if has_scheme(name):
            return library_model(name, self.task.name)
        model = self.entry(name)
        if name not in self.registry.models:
            if Path(name).is_dir():
                refuse_pickles(name, model, Path(name))
            return model, Path(name)
        class_for(self.registry, model)  # a library that is missing is told before files are pulled
        return model, folder_for(self.store, name, model)

    def _batching(self, name: str) -> Batching:
        """How the model likes its records, as its adapter's class says."""
        return class_for(self.registry, self.entry(name))[0].batching_of(self._size(name))

    def _size(self, name: str) -> int:
        """Bytes of the model's files and its base's, as far as they are known."""
        if name in self.registry.models:
            return sum(
                weight(model, None) or 0 for model in self.registry.with_bases([name]).values()
            )
        path = Path(name)
        files = [path] if path.is_file() else path.rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file())

    def resolve(self, name: str) -> Resolved:
        """The model, ready to be loaded."""
        model, folder = self.find(name)
        if model.task not in self.task.answered_by:
            raise ModelError(f"{name} is a model for {model.task}, not for {self.task.name}")
        cls, python = class_for(self.registry, model)
        if self.task.name not in cls.tasks:
            raise ModelError(f"the adapter {model.adapter} does not do {self.task.name}")
        check = _not_checked_here if python else cls.check_device
        backend = device.choose(self._backends(name, model), self.choice.device, check)
        base = self._base(name, model)
        setup = Setup(
            task=self.task.name,
            model=name,
            folder=folder,
            base=base,
            languages=model.languages,
            options={**model.options, **self.choice.options},
            # a model without files of its own shares what is made of its base
            made=self.store.made_of(folder or base, base if folder else None),
            device=backend.device,
            precision=backend.precision,
            threads=backend.threads or self.choice.threads,
        )
        log.info("model %s (adapter %s)", name, model.adapter)
        return Resolved(setup, cls, python)

    def _base(self, name: str, model: Model) -> Path | None:
        """The files of the model's base, which may have to be pulled."""
        if model.base is None:
            return None
        base = self.registry.model(model.base)
        if not self.store.offline and self.store.place(model.base, base) is None:
            tell_licence(self.store, name, model)
        return folder_for(self.store, model.base, base)

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


def _defaults(task: Task[Any, Any], registry: Registry, choice: Choice) -> Mapping[str, str]:
    """The default models by language, of the ability that is asked for; ModelError where there is
    none for the language that the user names."""
    given = registry.defaults.get(task.name, {})
    if task.pair:
        return given
    keys = (key.partition("/") for key in given)
    ability = choice.ability or ""
    found = {key: given[key + slash + end] for key, slash, end in keys if end == ability}
    asked = choice.language or task.spoken
    if not asked or choice.model:
        return found
    codes = asked.split(",")
    language = next((code for code in codes if code in found), codes[0])
    if language not in found and ANY not in found:
        there = ", ".join(sorted(found)) or "none"
        what = f"{task.name} --{ability}" if ability else task.name
        raise ModelError(
            f"no default model for {what} in the language {language}; there are: {there}"
        )
    return {ANY: found.get(language) or found[ANY]}


def class_for(registry: Registry, model: Model) -> tuple[AdapterClass, Path | None]:
    """The class of a model's adapter, and the Python that it is for, if that is another one."""
    if model.environment is None:
        return adapter_class(model.adapter), None
    python = python_of(model.environment, registry.environments)
    return adapter_class(model.adapter, here=False), python


def _not_checked_here(_device: str) -> None:
    """An environment's libraries can be asked there only, when the model is loaded."""
