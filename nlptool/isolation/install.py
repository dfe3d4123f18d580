"""Environments made and removed: a venv, filled by pip with the user's own settings."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen

import msgspec
from filelock import FileLock, Timeout

from nlptool.config.paths import environments_folder
from nlptool.config.registry import Environment
from nlptool.errors import ModelError, UsageError
from nlptool.io.sinks import cannot_write
from nlptool.isolation.environments import MARK, Made, folder_of, state_of

HOST = f"msgspec=={msgspec.__version__}"
"""What the process that runs there needs besides the adapter's library."""
PIP = (
    *("-I", "-m", "pip", "install"),
    *("--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-user"),
)

Tell = Callable[[str], None]


def install(name: str, environment: Environment, tell: Tell) -> bool:
    """Make an environment; whether that was needed. ``tell`` hears each line of what is done.

    Of several processes one makes it and the others wait. ModelError where it cannot be made;
    nothing is left of it then.
    """
    if environment.interpreter:
        raise UsageError(
            f"the environment {name} is the Python at {environment.interpreter}; "
            "nlptool installs nothing there"
        )
    for requirement in chain.from_iterable(environment.requirements):
        _refuse_local(requirement)
    folder = folder_of(name)
    with _alone(name, tell):
        if state_of(name, environment) == "ready":
            return False
        _remove(folder)
        try:
            _make(folder, name, environment, tell)
        except BaseException:
            _remove(folder)
            raise
    return True


def remove(name: str, tell: Tell) -> bool:
    """Delete an environment; whether there was one."""
    with _alone(name, tell):
        there = folder_of(name).exists()
        _remove(folder_of(name))
    return there


def _make(folder: Path, name: str, environment: Environment, tell: Tell) -> None:
    """The mark comes last: a venv cannot be moved, so that what has none is not finished."""
    _run([_base(name, environment.python), "-I", "-m", "venv", folder], name, tell)
    python = folder / "bin" / "python"
    for step in ((HOST,), *environment.requirements):
        _run([python, *PIP, *step], name, tell)
    mark = folder / f"{MARK}.new"
    mark.write_bytes(msgspec.json.encode(Made(environment.requirements)))
    mark.rename(folder / MARK)


def _refuse_local(requirement: str) -> None:
    """UsageError for what pip would take for a file or folder here, whose setup.py it would run."""
    path = Path(requirement.partition(";")[0].partition("[")[0].strip())
    if path.is_file() or (path.is_dir() and len(path.parts) > 1):
        raise UsageError(f"the requirement {requirement} is a file or folder here: not installed")


def _base(name: str, wanted: str) -> str:
    """The Python to make it with: this one if it may be."""
    if wanted in ("", f"{sys.version_info.major}.{sys.version_info.minor}"):
        return sys.executable
    found = shutil.which(f"python{wanted}")
    if found is None:
        raise ModelError(
            f"the environment {name} needs Python {wanted}; there is no python{wanted} on the PATH"
        )
    return found


def _run(command: Sequence[str | Path], name: str, tell: Tell) -> None:
    said = wrong = ""
    with Popen(  # noqa: S603
        command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True, errors="replace"
    ) as process:
        try:
            for line in filter(None, map(str.strip, process.stdout or ())):
                tell(line)
                said, wrong = line, line if line.startswith("ERROR:") else wrong
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise ModelError(f"the environment {name} cannot be made: {wrong or said}")


def _remove(folder: Path) -> None:
    if folder.exists():
        (folder / MARK).unlink(missing_ok=True)
        shutil.rmtree(folder)


@contextmanager
def _alone(name: str, tell: Tell) -> Iterator[None]:
    """Hold the environment's lock, which the kernel frees when its holder dies; OutputError where
    files cannot be written meanwhile."""
    file = environments_folder() / f"{name}.lock"
    lock = FileLock(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"another process works on the environment {name}; waiting for it")
            lock.acquire()
        yield
    except OSError as error:
        raise cannot_write(error.filename or file, error) from error
    finally:
        lock.release()
