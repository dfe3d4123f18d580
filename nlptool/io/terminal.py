"""Lines for a terminal: rich's markup as colours and bold, as far as the terminal has them."""

from __future__ import annotations

from collections.abc import Sequence


def drawn(lines: Sequence[str]) -> list[str]:
    """The lines with their markup as escape codes; NO_COLOR and TERM are heeded."""
    from rich.console import Console

    console = Console(force_terminal=True, highlight=False, emoji=False, soft_wrap=True)
    found = []
    for line in lines:
        with console.capture() as capture:
            console.print(line, end="")
        found.append(capture.get())
    return found
