"""Devices: what is there, what was asked for, and a clear error where the two differ."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import cache

from nlptool.config.registry import Backend
from nlptool.errors import DeviceError

log = logging.getLogger(__name__)


def core_count() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def cuda_count() -> int:
    """How many CUDA devices the driver offers; asks the driver itself, needs no library."""
    import ctypes

    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


def require(device: str) -> str:
    """The device under its full name (``cuda`` is ``cuda:0``); DeviceError where it is absent."""
    if device == "cpu":
        return device
    kind, _, number = device.partition(":")
    if kind != "cuda" or not (number or "0").isdecimal():
        raise DeviceError(f"{device} is no device; expected cpu, cuda, cuda:N or auto")
    index = int(number or 0)
    there = cuda_count()
    if index >= there:
        raise DeviceError(
            f"{device} is not there: the driver offers {there or 'no'} CUDA device(s); "
            "use --device cpu or --device auto"
        )
    return f"cuda:{index}"


def choose(
    preferred: Sequence[tuple[str, Backend]],
    asked: str | None,
    check: Callable[[str], None],
) -> Backend:
    """The backend to run on, its device under its full name.

    ``preferred`` are the model's backends in order; ``asked`` is ``--device``. What was asked for
    and cannot be is a DeviceError; without a wish, or with ``auto``, the first that can be is
    taken, and the log says why. ``check`` raises DeviceError for a device that the adapter's
    library cannot use.
    """
    if asked not in (None, "auto"):
        device = require(asked or "cpu")
        check(device)
        kind = device.partition(":")[0]
        for name, backend in preferred:
            if backend.device.partition(":")[0] == kind:
                log.info("backend %s on %s, as asked", name, device)
                return Backend(device, backend.precision, backend.threads)
        raise DeviceError(f"the model has no backend for {kind}")
    refusals = []
    for name, backend in preferred:
        try:
            device = require(backend.device)
            check(device)
        except DeviceError as error:
            refusals.append(str(error))
            log.info("backend %s: %s", name, error)
            continue
        log.info("backend %s on %s: the first of the model's that can be had", name, device)
        return Backend(device, backend.precision, backend.threads)
    raise DeviceError("; ".join(refusals) or "the model names no backend")
