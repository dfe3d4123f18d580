"""The plugin contract: all that an adapter must have, and all of ours that it may use.

A plugin is a class that derives from Adapter and is named by an entry point of the group
``nlptool.adapters``, or stands in a file of the ``plugins`` folder beside the user's models.yaml::

    class Shout(Adapter[Text, Stem]):
        tasks = ("stem",)

        def predict(self, batch, params):
            return [Stem(stem=record.text.upper()) for record in batch]
"""

from __future__ import annotations

import fnmatch
import logging
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from nlptool.errors import DeviceError, ModelError, RecordError, UsageError
from nlptool.notice import NOTICE
from nlptool.tasks.base import In, Out

log = logging.getLogger(__name__)

Options = TypeVar("Options", bound=msgspec.Struct)


def made_lock(made: Path) -> Path:
    """The file whose lock a process holds that fills or removes a ``made`` folder."""
    return made.with_name(f"{made.name}.lock")


class Setup(msgspec.Struct, frozen=True):
    """What a model is. ``folder`` holds its files, verified; None if it has none; it is one of them
    where the user names a file. ``base`` holds those of the model's base.

    ``options`` are the model's own from the registry and ``-O``. ``made`` is a folder, which may
    not be there yet, for what an adapter makes of the model's files once and for all. ``device``
    is ``cpu`` or ``cuda:N``; ``threads`` 0 means the library's choice.
    """

    task: str
    model: str
    folder: Path | None
    base: Path | None = None
    languages: tuple[str, ...] = ()
    options: Mapping[str, Any] = {}
    made: Path = Path()
    device: str = "cpu"
    precision: str = "auto"
    threads: int = 0

    def make(self, name: str, fill: Callable[[Path], None]) -> Path:
        """The folder ``name`` below ``made``; where it is not there, ``fill`` gets an empty one.

        Of processes at once one makes it and the others wait; it appears whole or not at all.
        """
        folder, new = self.made / name, self.made / f"{name}.new"
        if folder.is_dir():
            return folder
        from filelock import FileLock

        self.made.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(made_lock(self.made)):
            if not folder.is_dir():
                log.log(
                    NOTICE, "making model %s ready, once; a large one takes minutes", self.model
                )
                shutil.rmtree(new, ignore_errors=True)
                new.mkdir(parents=True)
                fill(new)
                new.rename(folder)
        return folder

    def read_options(self, kind: type[Options]) -> Options:
        """The model's options as a struct of the adapter; UsageError where they do not fit."""
        try:
            return msgspec.convert(dict(self.options), kind)
        except msgspec.ValidationError as error:
            raise UsageError(f"model {self.model}: options: {error}") from error

    def file(self, name: str) -> Path:
        """A file of the model; ModelError where it is missing, or no file of the model's."""
        path = (self.folder or Path()) / self.inside(name)
        if self.folder is None or not path.is_file():
            raise ModelError(f"model {self.model} has no file {name}")
        return path

    def inside(self, name: str) -> str:
        """A name or pattern that an option gives, if it stays in the model's folder; ModelError if
        it leads elsewhere, to files that nobody has verified."""
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ModelError(f"model {self.model}: {name} leads out of its folder")
        return name


class Batching(msgspec.Struct, frozen=True):
    """How many records a call of predict gets: at most ``count``, and at most ``budget`` of the
    task's size (characters) counting each record as the longest; ``window`` records are sorted
    by size together."""

    count: int = 32
    budget: int = 1 << 20
    window: int = 512


class Files:
    """What lies in a model's folder, or the one file that it is, for ``Adapter.detect``.

    ``names`` are paths below the folder with slashes; ``read(name)`` gets a file's bytes, OSError
    where that fails.
    """

    def __init__(self, names: Sequence[str], read: Callable[[str], bytes]) -> None:
        self.names = sorted(names)
        self.read = read
        self.small = [name.lower() for name in self.names]

    def has(self, *patterns: str) -> bool:
        """Whether each of the shell patterns fits a name, in capitals or not."""
        return all(fnmatch.filter(self.small, pattern) for pattern in patterns)


class Adapter(ABC, Generic[In, Out]):
    """One library, made to answer one or more tasks.

    The module is imported only when a record needs it, and imports its library in ``__init__``,
    so that ``nlptool plugins`` stays light. Whatever it prints goes to stderr by itself.
    """

    tasks: ClassVar[tuple[str, ...]]
    needs: ClassVar[Mapping[str, str]] = {}
    """Modules it imports, each with what ``pip install`` brings it: {"nltk": "nlptool[stem]"}."""
    batching: Batching = Batching()
    backends: ClassVar[tuple[str, ...]] = ("cpu",)
    """The backends of a model that no registry names."""
    one_file: ClassVar[bool] = False
    """Whether a model may be a file by itself, and not a folder."""
    usual: ClassVar[str] = ""
    """The task of a model whose files leave it open, and that a user adds without naming one."""
    scheme: ClassVar[str] = ""
    """Models that the library itself finds are asked for as ``--model SCHEME:NAME``; the name is
    then the option ``module``."""
    environment: ClassVar[str | None] = None
    """The environment of the registry that models asked for by ``scheme`` run in."""
    thread_safe: ClassVar[bool] = False
    """Whether several threads may call predict at once; one waits for the other if not."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    def check(self, params: Any) -> None:
        """UsageError where this model cannot do what is asked; called before the records."""

    @abstractmethod
    def predict(self, batch: Sequence[In], params: Any) -> Sequence[Out | RecordError]:
        """One result or RecordError a record, in the same order; ``params`` are the task's.

        An exception makes the caller try the records in smaller batches, so that only the one
        that cannot be answered fails.
        """

    def stream(self, item: In, params: Any) -> Iterator[Out]:
        """Parts of one record's result as they come, each only what is new; by default the whole.

        RecordError where it cannot be answered.
        """
        (result,) = self.predict([item], params)
        if isinstance(result, RecordError):
            raise result
        yield result

    def close(self) -> None:
        """Let go of what the model holds."""

    @classmethod
    def batching_of(cls, size: int) -> Batching:
        """How a model likes its records whose files have so many bytes."""
        return cls.batching

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """The task of a model that this adapter loads, told from its files alone; an empty string
        where they leave it open, None for files that are not this adapter's."""
        return None

    @classmethod
    def check_device(cls, device: str) -> None:
        """DeviceError when the library cannot use the device; by default it knows the CPU."""
        if device != "cpu":
            raise DeviceError(f"{cls.__name__} runs on cpu, not on {device}")
