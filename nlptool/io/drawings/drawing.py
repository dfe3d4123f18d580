"""A picture of each record's result: one file of the user's, or a folder with one a record."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from nlptool.io import plot
from nlptool.io.files import Outputs
from nlptool.io.record import Record


class Drawing(msgspec.Struct, frozen=True):
    """Draws into ``target``, a name in .png or .svg, or a folder, whose name ends with a slash: it
    gets a png for each record, by its id. UsageError for a second record where it is a file."""

    target: str

    def __post_init__(self) -> None:
        if not self.target.endswith("/"):
            plot.kind_of(Path(self.target))

    def __call__(self, files: Outputs, place: Path, record: Record, result: Any) -> None:
        """Draw one result; OutputError where it cannot be written."""
        path, folder = Path(self.target), None
        if self.target.endswith("/"):
            folder = path
            path /= f"{str(record.id).replace('/', '_').lstrip('.') or '_'}.png"
        data = plot.picture(
            lambda figure: self.paint(figure, result),
            self.labels(result),
            plot.kind_of(path),
            self.inches(result),
        )
        files.save(path, data, f"the picture of record {record.id}", folder)

    @abstractmethod
    def paint(self, figure: Any, result: Any) -> None:
        """Draw on a figure of matplotlib."""

    @abstractmethod
    def labels(self, result: Any) -> Iterable[str]:
        """The texts of the picture."""

    def inches(self, _result: Any) -> tuple[float, float]:
        """How large the picture is."""
        return plot.INCHES
