"""PaddleHub 2.4.0 on Paddle 3, with the faults that modules run into taken out.

It asks its server for news whenever a module is loaded, downloads modules that are not there, makes
a module's class anew so that a bare ``super()`` in it fails, and runs every method of a module that
is no layer itself in static mode, in which the layers that it holds cannot run.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from nlptool.errors import ModelError


def mend() -> None:
    """Import PaddleHub and take the faults out, once in a process and before all else."""
    socket.has_ipv6 = False  # else urllib3 opens a socket when it is imported, to try IPv6 out
    from paddlehub.compat import paddle_utils
    from paddlehub.module import module
    from paddlehub.module.manager import LocalModuleManager
    from paddlehub.server.server import CacheUpdater

    CacheUpdater.run = lambda self: None
    LocalModuleManager._install_from_name = _not_installed
    module.moduleinfo = _moduleinfo(module.moduleinfo, module.RunModule)
    paddle_utils.run_in_static_mode = _unless_dynamic(paddle_utils.run_in_static_mode)


def installed(name: str) -> Path:
    """The folder of a module that ``hub install`` has put in place; ModelError where there is none.

    PaddleHub keeps them in ``~/.paddlehub/modules``; its variable ``HUB_HOME`` moves them.
    """
    from paddlehub.env import MODULE_HOME

    folder = Path(MODULE_HOME) / name.replace("-", "_")
    if (folder / "module.py").is_file():
        return folder
    near = get_close_matches(name, [path.name for path in Path(MODULE_HOME).iterdir()], n=3)
    hint = f"did you mean {' or '.join(near)}, or " if near else ""
    raise ModelError(
        f"PaddleHub has no module {name} in {MODULE_HOME}; "
        f"{hint}install it with: {sys.prefix}/bin/hub install {name}"
    )


def load(folder: Path, work: Path) -> Any:
    """The module in a folder, made; ModelError where it has none.

    Modules import from each other's folders by their names: it is loaded through a link of the
    right name in ``work``, which has to stay.
    """
    from paddlehub.module.module import InvalidHubModule, Module

    try:
        name = Module.load_module_info(str(folder)).name.replace("-", "_")
        link = work / name
        link.symlink_to(folder.resolve(), target_is_directory=True)
        return Module.init_with_directory(str(link))
    except InvalidHubModule as error:
        raise ModelError(f"{folder}/module.py has no class with @moduleinfo") from error


def _not_installed(_manager: Any, name: str, *_: Any, **__: Any) -> NoReturn:
    """For a module that another one asks for."""
    raise ModelError(f"the module {name} is needed, and is not installed in PaddleHub")


def _moduleinfo(original: Callable[..., Any], base: type) -> Callable[..., Any]:
    """A module's class becomes one of PaddleHub by inheritance, and is not made anew."""

    def moduleinfo(*given: Any, meta: type | None = None, **named: Any) -> Callable[[type], type]:
        def decorate(cls: type) -> type:
            kind = meta or base
            if not issubclass(cls, kind):
                cls = type(cls.__name__, (cls, kind), {"__module__": cls.__module__})
            made: type = original(*given, meta=meta, **named)(cls)
            return made

        return decorate

    return moduleinfo


def _unless_dynamic(original: Callable[..., Any]) -> Callable[..., Any]:
    """Methods of a module that holds layers run as they are."""
    from paddle.nn import Layer

    def run(method: Any) -> Any:
        held = vars(method.__self__).values()
        return method if any(isinstance(value, Layer) for value in held) else original(method)

    return run
