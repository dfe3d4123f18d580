"""Progress bars on stderr, where a person looks."""

from __future__ import annotations

import sys
from logging import WARNING
from typing import TYPE_CHECKING, Any

from nlptool.cli.messages import shows

if TYPE_CHECKING:
    from rich.progress import Progress


def watched(level: int = WARNING) -> bool:
    """Whether a person looks at stderr, and hears messages of a level."""
    return sys.stderr.isatty() and shows(level)


def opened(*columns: Any, transient: bool = True) -> Progress:
    """A bar of these columns, not drawn yet; a ``transient`` one goes when it stops."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(*columns, console=Console(stderr=True), transient=transient)
