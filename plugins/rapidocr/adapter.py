"""OCR by the PP-OCR models that ride in rapidocr's wheel, on onnxruntime and OpenCV.

The steps are rapidocr's, rebuilt for many pages and a quick start: rapidocr itself is not imported,
which would take as long as loading the models, and which could download models.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import RecordError, UsageError
from nlptool.tasks.picture import Line, Page, Params, Picture

from ..reading_order import in_reading_order

if TYPE_CHECKING:
    from .detector import Boxes, Detector, Image

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
MIN_CONFIDENCE = 0.5
OTHER_CODES = {"ch_sim": "zh", "ch_tra": "zh", "ch": "zh"}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``detection`` and ``recognition``: patterns of the two models' files."""

    detection: str = "*det*.onnx"
    recognition: str = "*rec*.onnx"


class Found(NamedTuple):
    """A page whose lines are found, not read: their boxes, and a strip of the picture each."""

    width: int
    height: int
    boxes: Boxes
    strips: list[Image]


class RapidOcr(Adapter[Picture, Page]):
    """Pages side by side, and then the lines of all of them, each on one thread.

    A page that comes alone is searched by all threads.
    """

    tasks = ("ocr",)
    needs = {"onnxruntime": "nlptool[ocr]", "cv2": "nlptool[ocr]"}
    batching = Batching(count=2 * CORES, window=2 * CORES)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.params: Params = setup.params
        asked = {OTHER_CODES.get(code, code) for code in self.params.languages}
        if setup.languages and not asked <= {*setup.languages}:
            raise UsageError(
                f"model {setup.model} reads {' and '.join(setup.languages)}; choose another for "
                f"{', '.join(self.params.languages)} with --model, see: nlptool models list"
            )
        import cv2

        from .recognizer import Recognizer

        cv2.setNumThreads(1)
        self.options = setup.read_options(Options)
        self.threads = setup.threads or CORES
        self.pool = ThreadPoolExecutor(self.threads)
        self.recognize = Recognizer(self._model(self.options.recognition))

    @cached_property
    def narrow(self) -> Detector:
        """The detector for pages side by side."""
        return self._detector(1)

    @cached_property
    def wide(self) -> Detector:
        """The detector for a page alone."""
        return self._detector(self.threads)

    def _detector(self, threads: int) -> Detector:
        from .detector import Detector

        return Detector(self._model(self.options.detection), threads)

    def _model(self, pattern: str) -> Path:
        files = sorted((self.setup.folder or Path()).glob(pattern))
        return self.setup.file(files[0].name if files else pattern)

    def predict(self, batch: Sequence[Picture]) -> list[Page | RecordError]:
        """The pages with their lines in reading order."""
        detector = self.wide if len(batch) == 1 else self.narrow
        pages = list(self.pool.map(lambda picture: self._find(picture, detector), batch))
        strips = [strip for page in pages if isinstance(page, Found) for strip in page.strips]
        readings = self.pool.map(self.recognize, strips)
        least = self.params.min_confidence
        least = MIN_CONFIDENCE if least is None else least
        results: list[Page | RecordError] = []
        for page in pages:
            if isinstance(page, RecordError):
                results.append(page)
                continue
            lines = [
                Line(text, round(confidence, 4), box.tolist())
                for box, (text, confidence) in zip(page.boxes, readings, strict=False)
                if text.strip() and confidence >= least
            ]
            results.append(Page(in_reading_order(lines), page.width, page.height))
        return results

    def _find(self, picture: Picture, detector: Detector) -> Found | RecordError:
        import numpy as np

        from .recognizer import strip_of

        try:
            image = np.asarray(picture.open())[:, :, ::-1]
        except RecordError as error:
            return error
        image = np.ascontiguousarray(image)
        boxes = detector(image)
        height, width = image.shape[:2]
        return Found(width, height, boxes, [strip_of(image, box) for box in boxes])

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()
