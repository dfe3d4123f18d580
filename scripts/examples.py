"""Run the examples of README.md, and compare or rewrite what they print.

    python scripts/examples.py            # check: exit code 1 and a diff where an output differs
    python scripts/examples.py --write    # put today's output into README.md

An example is a ``console`` block: ``$ `` before a command, its output (both streams) below. The
commands of all blocks run in order, in one temporary folder with the repository's docs/.
"""

from __future__ import annotations

import difflib
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(\d+\.\d+)")
NOT_RUN = ("./scripts/test", "pip install", "git clone")


def main() -> int:
    """Check or rewrite README.md."""
    before = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        environment = prepared(Path(folder))
        after = BLOCK.sub(lambda found: answered(found[1], Path(folder), environment), before)
    if "--write" in sys.argv:
        README.write_text(after, encoding="utf-8")
        return 0
    was, now = before.splitlines(), after.splitlines()
    if len(was) == len(now) and all(map(alike, was, now)):
        return 0
    print("\n".join(difflib.unified_diff(was, now, "README", "now", n=1)))
    return 1


def alike(was: str, now: str) -> bool:
    """Whether two lines differ at most in the last digits of numbers, as processors do."""
    words_was, words_now = NUMBER.split(was), NUMBER.split(now)
    return words_was[::2] == words_now[::2] and all(
        math.isclose(float(a), float(b), rel_tol=0.01, abs_tol=0.02)
        for a, b in zip(words_was[1::2], words_now[1::2], strict=True)
    )


def prepared(folder: Path) -> dict[str, str]:
    """The environment of the examples: nlptool and scripts/run are this Python's nlptool."""
    (folder / "docs").symlink_to(ROOT / "docs")
    command = f'#!/bin/sh\nexec "{sys.executable}" -m nlptool "$@"\n'
    for name in ("bin/nlptool", "scripts/run"):
        file = folder / name
        file.parent.mkdir()
        file.write_text(command)
        file.chmod(0o755)
    path = f"{folder}/bin{os.pathsep}{os.environ['PATH']}"
    home = os.environ.get("NLPTOOL_HOME", str(folder / "home"))
    return {**os.environ, "PATH": path, "NLPTOOL_HOME": home, "COLUMNS": "80", "TERM": "dumb"}


def answered(block: str, folder: Path, environment: dict[str, str]) -> str:
    """The block with each command's output as it is now."""
    lines = []
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        lines.append(line)
        command = line[2:]
        if command.startswith(NOT_RUN):
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        lines += done.stdout.decode().replace(f"{folder}/", "").splitlines()
    return "```console\n" + "".join(f"{line}\n" for line in lines) + "```"


if __name__ == "__main__":
    sys.exit(main())
