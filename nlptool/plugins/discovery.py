"""Adapters found by entry point, or as files in the user's plugins folder, without importing them.

A file ``plugins/NAME.py`` beside the user's models.yaml is the adapter NAME: the class in it that
derives from Adapter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from nlptool import entry_points
from nlptool.config.paths import config_folder
from nlptool.errors import InternalError, ModelError, library_missing, one_line
from nlptool.plugins.adapter import Adapter

GROUP = "nlptool.adapters"

AdapterClass = type[Adapter[Any, Any]]


@dataclass(frozen=True)
class Plugin:
    """An adapter that could be loaded: where it comes from, and how to import its class."""

    name: str
    origin: str
    version: str
    load: Callable[[], AdapterClass]


def known() -> dict[str, Plugin]:
    """Every plugin by its adapter's name; a user's file goes before an entry point."""
    found = {
        name: Plugin(name, point.package, point.version, point.load)
        for name, point in entry_points.group(GROUP).items()
    }
    for file in sorted((config_folder() / "plugins").glob("*.py")):
        found[file.stem] = Plugin(file.stem, str(file), "", lambda file=file: _from_file(file))  # type: ignore[misc]
    return found


def adapter_class(name: str, *, here: bool = True) -> AdapterClass:
    """The class of an adapter, ready to be made; ModelError says what to install.

    One that will not run ``here`` but in an environment has its library there.
    """
    plugins = known()
    if name not in plugins:
        raise ModelError(f"no plugin is named {name}; see: nlptool plugins")
    cls = import_class(plugins[name])
    missing = missing_library(cls) if here else None
    if missing:
        raise library_missing(*missing)
    return cls


def import_class(plugin: Plugin) -> AdapterClass:
    """The plugin's class; InternalError where its code cannot be imported."""
    try:
        cls = plugin.load()
    except ModelError:
        raise
    except Exception as error:
        raise InternalError(
            f"plugin {plugin.name} ({plugin.origin}) cannot be imported: "
            f"{type(error).__name__}: {one_line(error)}"
        ) from error
    if not (isinstance(cls, type) and issubclass(cls, Adapter)):
        raise InternalError(f"plugin {plugin.name} ({plugin.origin}) is not an Adapter")
    return cls


def missing_library(cls: AdapterClass) -> tuple[str, str] | None:
    """The first module that the adapter needs and that is not installed, with what brings it."""
    return next(((module, how) for module, how in cls.needs.items() if not _there(module)), None)


def _there(module: str) -> bool:
    return module in sys.modules or find_spec(module) is not None


def _from_file(file: Path) -> AdapterClass:
    spec = spec_from_file_location(f"nlptool_user_plugins_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    classes: list[AdapterClass] = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Adapter) and value.__module__ == spec.name
    ]
    if len(classes) != 1:
        raise ModelError(f"{file}: expected one class that derives from Adapter")
    return classes[0]
