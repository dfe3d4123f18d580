"""Pictures that are made of records: in a folder that mirrors the inputs, or a file for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from nlptool.errors import UsageError
from nlptool.io.files import Outputs
from nlptool.io.pictures.pages import SUFFIXES, png
from nlptool.io.record import Record

if TYPE_CHECKING:
    from PIL.Image import Image


class PictureFolder(msgspec.Struct, frozen=True):
    """Writes a picture a record, under its input's name: ``a.jpg.png`` for ``a.jpg``; pages after
    the first have their number, ``a.pdf.2.png``. Where ``folder`` is a ``single`` file, it is the
    picture of the only record.

    A task's own is a class of these with a method ``draw``, and stands as its ``artifact``.
    """

    folder: Path
    single: bool = False

    @classmethod
    def at(cls, output: str | Path, **more: Any) -> Self:
        """For what a user names: a folder, or a file that ends in .png; UsageError else."""
        target = Path(output)
        single = target.suffix.lower() == ".png" and not target.is_dir()
        if target.is_file() and not single:
            raise UsageError(f"{target}: pictures go into a folder or a .png, and this is a file")
        if target.suffix.lower() in SUFFIXES and not (single or target.is_dir()):
            raise UsageError(f"{target}: what is drawn is a .png; name one, or a folder")
        return cls(target, single, **more)

    def __call__(self, files: Outputs, place: Path, record: Record, result: Any) -> None:
        """Draw one record; OutputError where it cannot be written."""
        self.save(files, place, record, self.draw(record.row["open"], result))

    def draw(self, opener: Callable[[], Image], result: Any) -> Image:
        """What is made of a result, and of the upright RGB picture that ``opener()`` gives."""
        raise NotImplementedError

    def save(
        self, files: Outputs, place: Path, record: Record, picture: Image, suffix: str = ".png"
    ) -> None:
        """Write a picture, a single one with another suffix beside the file."""
        page = record.row["page"]
        name = f"{place}.{page}" if page > 1 else f"{place}"
        stem = self.folder.with_suffix("") if self.single else self.folder / name
        target = stem.with_name(stem.name + suffix)
        root = None if self.single else self.folder
        files.save(target, png(picture), f"what is drawn for {name}", root)
