"""Whether there is memory for a long text."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

from nlptool.errors import RecordError

LIMIT = Path("/sys/fs/cgroup/memory.max")
PER_PAIR = 8
"""Bytes that CTranslate2 holds for every head and every two tokens of a text that it reads."""
LONG = 2048
"""Tokens of a text from which on it is asked whether there is memory for it."""


def check_memory(tokens: int, heads: int) -> None:
    """RecordError for a text of so many tokens that there is no memory for it."""
    if tokens <= LONG:
        return
    need, free = PER_PAIR * heads * tokens**2, _free()
    if need > free:
        raise RecordError(
            f"a text of {tokens} tokens takes {need / 1e9:.1f} GB of memory, "
            f"and {free / 1e9:.1f} GB are free"
        )


def _free() -> float:
    """Bytes that this process may still take; infinite where no system tells."""
    free = math.inf
    with suppress(OSError, ValueError):
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        free = int(told["MemAvailable"].split()[0]) * 1024
    with suppress(OSError, ValueError):
        free = min(free, int(LIMIT.read_text()))
    return free
