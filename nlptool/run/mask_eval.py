"""A model against masks that are known: figures of all pictures, and of each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import InputError, RecordError, one_line
from nlptool.formats.masks import Compared
from nlptool.formats.pictures import open_page
from nlptool.metrics.masks import Areas
from nlptool.run.job import Counts
from nlptool.run.load import Choice, Models
from nlptool.run.stream import answer_batch
from nlptool.tasks.picture import IGNORED, SEGMENT_IMAGE, Mask, MaskParams, Picture

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

    A line has both, with paths below the list's folder.
    """
    file = data / LIST if data.is_dir() else data
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no list of pictures"
        raise InputError(f"{file}: {said}") from error
    pairs = []
    for number, line in enumerate(lines, 1):
        names = line.split("\t") if "\t" in line else line.split()
        if not names:
            continue
        if len(names) != 2:
            raise InputError(f"{file}:{number}: expected a picture and its mask, with a space")
        pairs.append((file.parent / names[0], file.parent / names[1]))
    if not pairs:
        raise InputError(f"{file}: the list is empty")
    return pairs


def evaluate_masks(
    pairs: Sequence[Pair],
    params: MaskParams,
    choice: Choice,
    tick: Callable[[Counts], None],
    worst: int = 0,
) -> Report:
    """Score a model on pictures, and keep the ``worst`` so many of them to be drawn."""
    models = Models(SEGMENT_IMAGE, params, choice)
    counts = Counts(size=len(pairs))
    judged: list[Judged] = []
    kept: list[Compared] = []
    areas: Areas | None = None
    labels: list[str] = []
    try:
        adapter = models.adapter(models.only or models.pick(""))
        for start in range(0, len(pairs), adapter.batching.count):
            batch = pairs[start : start + adapter.batching.count]
            for (picture, mask), result in zip(batch, _answers(adapter, batch), strict=True):
                try:
                    truth, found = _truth(mask), _found(result)
                    one = Areas(len(found.labels))
                    one.add(truth, found.mask)
                except RecordError as error:
                    counts.failed += 1
                    log.warning("%s: %s", picture, error)
                    continue
                counts.done += 1
                if len(found.labels) > len(labels):
                    labels = list(found.labels)
                areas = areas.plus(one) if areas else one
                judged.append(Judged(str(picture), one.present_scores()))
                kept.append(Compared(picture, found, truth, judged[-1].scores["miou"]))
                kept = sorted(kept, key=lambda item: item.miou)[:worst]
            counts.seen = counts.done + counts.failed
            tick(counts)
    finally:
        models.close()
    if areas is None:
        raise InputError("no picture could be scored")
    _warn(areas, labels)
    return Report(labels, areas, judged, kept, counts.failed)


def _answers(adapter: Any, batch: Sequence[Pair]) -> Sequence[Mask | RecordError]:
    asked = [Picture(str(name), 1, partial(open_page, name, 1)) for name, _ in batch]
    return answer_batch(adapter, asked)


def _found(result: Mask | RecordError) -> Mask:
    if isinstance(result, RecordError):
        raise result
    return result


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


def _warn(areas: Areas, labels: Sequence[str]) -> None:
    for label, pixels in zip(labels, areas.true, strict=True):
        if not pixels:
            log.warning("no mask has a pixel of %s; %d is for what does not count", label, IGNORED)


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
