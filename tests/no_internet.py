"""A process without the internet: the kernel kills it (SIGSYS) at the first socket of that kind.

Seccomp sees what libraries do in C, which Python's audit hook does not, and holds for children.
"""

from __future__ import annotations

import ctypes
import platform
import socket
import struct
import sys

SYSCALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: the number of its ABI (linux/audit.h), and of the call ``socket``."""
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000
NR, ARCH, DOMAIN = 0, 4, 16
"""Where in struct seccomp_data (linux/seccomp.h) the call, the ABI and the first argument are."""
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
FAMILIES = (socket.AF_INET, socket.AF_INET6)


def supported() -> bool:
    """Whether the filter can be made here."""
    return sys.platform == "linux" and platform.machine() in SYSCALLS


def forbid() -> None:
    """Put the filter on this process and all that it will start."""
    arch, call = SYSCALLS[platform.machine()]
    steps = [
        (LOAD, 0, 0, ARCH),
        (JUMP_IF_EQUAL, 0, 5, arch),
        (LOAD, 0, 0, NR),
        (JUMP_IF_EQUAL, 0, 3, call),
        (LOAD, 0, 0, DOMAIN),
        (JUMP_IF_EQUAL, 2, 0, FAMILIES[0]),
        (JUMP_IF_EQUAL, 1, 0, FAMILIES[1]),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, KILL_PROCESS),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    )
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(
        PR_SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")
