"""A model against masks that are known: figures of all pictures, and of each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import InputError, RecordError, one_line
from nlptool.io.pictures.masks import Compared
from nlptool.io.pictures.pages import open_page
from nlptool.models.pool import Pool
from nlptool.pipeline.batching import answer_batch
from nlptool.pipeline.jobspec import Counts
from nlptool.tasks.picture import IGNORED, Mask, MaskParams, Picture
from nlptool.tasks.scoring.masks import Areas

log = logging.getLogger(__name__)

LIST = "val.txt"

Pair = tuple[Path, Path]


class Judged(msgspec.Struct, frozen=True):
    """What came of one picture: the scores of Areas."""

    file: str
    scores: dict[str, float]


class Report(msgspec.Struct, frozen=True):
    """``areas`` of all pictures together; ``each`` of them; ``worst``, those with the lowest mIoU;
    ``failed`` of them could not be read or answered, and count nowhere."""

    labels: Sequence[str]
    areas: Areas
    each: Sequence[Judged]
    worst: Sequence[Compared]
    failed: int


def read_pairs(data: Path) -> list[Pair]:
    """The pictures and masks that a list file names, or a folder's val.txt; InputError otherwise.

    A line has both, with paths below the list's folder, a tab or a space between them; where names
    have spaces, that space counts which leaves the names of two files.
    """
    file = data / LIST if data.is_dir() else data
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no list of pictures"
        raise InputError(f"{file}: {said}") from error
    pairs = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _pairs_in(line, file.parent)
        if len(found) != 1:
            raise InputError(
                f"{file}:{number}: expected a picture and its mask, with a space or a tab"
            )
        pairs += found
    if not pairs:
        raise InputError(f"{file}: the list is empty")
    return pairs


def _pairs_in(line: str, folder: Path) -> list[Pair]:
    """The picture and the mask in a line: every way to read it, where there are many."""
    names = line.split("\t") if "\t" in line else line.split()
    if len(names) == 2:
        return [(folder / names[0], folder / names[1])]
    words = line.strip().split(" ")
    cuts = range(1, 1 if "\t" in line else len(words))
    ways = [(folder / " ".join(words[:at]), folder / " ".join(words[at:])) for at in cuts]
    return [way for way in ways if way[0].is_file() and way[1].is_file()]


def evaluate_masks(
    pairs: Sequence[Pair],
    params: MaskParams,
    pool: Pool,
    tick: Callable[[Counts], None],
    worst: int = 0,
) -> Report:
    """Score a model on pictures, and keep the ``worst`` so many of them to be drawn."""
    sheet = _Sheet(worst)
    try:
        adapter = pool.adapter(pool.resolver.only or pool.resolver.pick("", params))
        adapter.check(params)
        for start in range(0, len(pairs), adapter.batching.count):
            batch = pairs[start : start + adapter.batching.count]
            asked = [Picture(str(name), 1, partial(open_page, name, 1)) for name, _ in batch]
            for pair, result in zip(batch, answer_batch(adapter, asked, params), strict=True):
                sheet.write(*pair, result)
            done = len(sheet.judged)
            tick(Counts(done, sheet.failed, seen=done + sheet.failed, size=len(pairs)))
    finally:
        pool.close()
    return sheet.report()


class _Sheet:
    """Puts every mask to its truth, and counts."""

    def __init__(self, worst: int) -> None:
        self.worst = worst
        self.areas = Areas(0)
        self.labels: Sequence[str] = ()
        self.judged: list[Judged] = []
        self.kept: list[Compared] = []
        self.failed = 0

    def write(self, picture: Path, file: Path, result: Mask | RecordError) -> None:
        """Score a result by the mask in ``file``; what cannot be scored is told and counted."""
        try:
            if isinstance(result, RecordError):
                raise result
            truth = _truth(file)
            areas = Areas(len(result.labels))
            areas.add(truth, result.mask)
        except RecordError as error:
            self.failed += 1
            log.warning("%s: %s", picture, error)
            return
        self.areas = self.areas.plus(areas)
        self.labels = max(self.labels, result.labels, key=len)
        scores = areas.present_scores()
        self.judged.append(Judged(str(picture), scores))
        self.kept.append(Compared(picture, result, truth, scores["miou"]))
        self.kept = sorted(self.kept, key=lambda item: item.miou)[: self.worst]

    def report(self) -> Report:
        """All of it; InputError where nothing was scored."""
        if not self.judged:
            raise InputError("no picture could be scored")
        for label, pixels in zip(self.labels, self.areas.true, strict=True):
            if not pixels:
                log.warning(
                    "no mask has a pixel of %s; %d is for what does not count", label, IGNORED
                )
        return Report(self.labels, self.areas, self.judged, self.kept, self.failed)


def _truth(file: Path) -> Any:
    """The class numbers in a mask's file; RecordError where it has none."""
    import numpy as np
    from PIL import Image

    try:
        with Image.open(file) as picture:
            values = np.asarray(picture)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else one_line(error)
        raise RecordError(f"the mask {file}: {said}") from error
    if values.ndim != 2:
        raise RecordError(f"the mask {file} has colours; expected one channel of class numbers")
    return values.astype(np.int64)


def rows_of(report: Report) -> Iterator[dict[str, Any]]:
    """A row for all classes together, and one for each."""
    whole = report.areas.scores()
    yield {
        "label": "all",
        "pictures": len(report.each),
        "iou": whole["miou"],
        "accuracy": whole["accuracy"],
        "recall": None,
        "dice": whole["dice"],
        "kappa": whole["kappa"],
    }
    scores = report.areas.class_scores()
    for number, label in enumerate(report.labels):
        each = {name: values[number] for name, values in scores.items()}
        yield {"label": label, "pictures": len(report.each), **each, "kappa": None}
