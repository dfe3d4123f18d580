"""Timing for the benchmarks: contenders in turn, the best round of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def timed(work: Work) -> float:
    """Seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def seconds(work: Work, times: int) -> float:
    """The median of several runs."""
    return statistics.median(timed(work) for _ in range(times))


def rounds(contenders: Mapping[str, Work], count: int) -> dict[str, float]:
    """The best time of each, after one run to warm up; they take turns, so that a busy moment of
    the machine hits none alone."""
    for work in contenders.values():
        work()
    times = [{name: timed(work) for name, work in contenders.items()} for _ in range(count)]
    return {name: min(one[name] for one in times) for name in contenders}


def report(times: Mapping[str, float], count: int, unit: str) -> None:
    """A line each: seconds, and how many a second."""
    print(f"{count} {unit}:")
    for name, time_ in times.items():
        print(f"  {name:34} {time_:8.2f} s  {count / time_:8.1f} /s")
