"""What the benchmarks share: the machine's name, and what a command takes."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NLPTOOL = (sys.executable, "-m", "nlptool")


@dataclass(order=True)
class Cost:
    """What a run took: seconds by the clock, and at most so many MiB of memory."""

    seconds: float
    peak: float


def machine() -> str:
    """The date, the processor, how many cores of it, and the Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor()
    python = platform.python_version()
    return f"{datetime.now(UTC):%Y-%m-%d}, {name}, {os.cpu_count()} cores, Python {python}"


def cost(command: Sequence[str], data: Path = Path(os.devnull), times: int = 3) -> Cost:
    """The quickest of some runs, with ``data`` as standard input."""
    return min(_once(command, data) for _ in range(times))


def _once(command: Sequence[str], data: Path) -> Cost:
    with data.open("rb") as stdin:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1024)


def report(name: str, ours: Cost, raw: Cost, aim: float | None = None) -> None:
    """One line: both times, their ratio, and what it should be."""
    told = f", aim {aim:g}" if aim else ""
    ratio = ours.seconds / raw.seconds
    print(f"{name}: {ours.seconds:.2f} s, raw {raw.seconds:.2f} s: ratio {ratio:.2f}{told}")
