"""nlptool: a task toolbox for text, from the command line and from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlptool.api import Model, open_model
    from nlptool.pipeline.jobspec import Counts, JobSpec
    from nlptool.pipeline.runner import run

__all__ = ["Counts", "JobSpec", "Model", "__version__", "open_model", "run"]

from nlptool.telemetry import silence

__version__ = "0.1.0"

silence()

_HOMES = {
    "Counts": "nlptool.pipeline.jobspec",
    "JobSpec": "nlptool.pipeline.jobspec",
    "Model": "nlptool.api",
    "open_model": "nlptool.api",
    "run": "nlptool.pipeline.runner",
}


def __getattr__(name: str) -> Any:
    """A public name, imported when it is asked for: importing nlptool imports nothing else."""
    if name not in _HOMES:
        raise AttributeError(f"module 'nlptool' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
