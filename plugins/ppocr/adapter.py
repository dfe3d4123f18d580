"""OCR by the PP-OCR models on onnxruntime, with numpy and Pillow around them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import RecordError, UsageError
from nlptool.tasks.picture import Page, Params, Picture

from ..processors import processors
from .options import Options

if TYPE_CHECKING:
    from .detector import Detector
    from .pages import Found

CORES = processors()
MIN_CONFIDENCE = 0.5
OTHER_CODES = {"ch_sim": "zh", "ch_tra": "zh", "ch": "zh"}


class PpOcr(Adapter[Picture, Page]):
    """Pages side by side, and then the lines of all of them, each on one thread.

    A page that comes alone is searched by all threads.
    """

    tasks = ("ocr",)
    needs = {"onnxruntime": "nlptool[ocr]", "cc3d": "nlptool[ocr]"}
    batching = Batching(count=2 * CORES, window=2 * CORES)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        from .recognizer import Recognizer

        self.options = setup.read_options(Options)
        self.threads = setup.threads or CORES
        self.pool = ThreadPoolExecutor(self.threads)
        self.recognize = Recognizer(
            self._model(self.options.recognition), self._files(*self.options.characters)
        )

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

        return Detector(self._model(self.options.detection), threads, self.options)

    def _model(self, pattern: str) -> Path:
        files = self._files(pattern)
        return files[0] if files else self.setup.file(pattern)

    def _files(self, *patterns: str) -> list[Path]:
        """The model's files that fit, those of the first pattern first."""
        folder = self.setup.folder or Path()
        return [
            file
            for pattern in patterns
            for file in sorted(folder.glob(self.setup.inside(pattern)))
            if file.is_file()
        ]

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A detector and a recogniser."""
        return "ocr" if files.has("*det*.onnx", "*rec*.onnx") else None

    def check(self, params: Params) -> None:
        """UsageError for languages that the model does not read."""
        known = self.setup.languages
        asked = {OTHER_CODES.get(code, code) for code in params.languages}
        if known and not asked <= {*known}:
            raise UsageError(
                f"model {self.setup.model} reads {', '.join(known)}; choose another for "
                f"{', '.join(params.languages)} with --model, see: nlptool models list"
            )

    def predict(self, batch: Sequence[Picture], params: Params) -> list[Page | RecordError]:
        """The pages with their lines in reading order."""
        from .pages import Found, page_of, read_line

        detector = self.wide if len(batch) == 1 else self.narrow
        pages = list(self.pool.map(lambda picture: self._find(picture, detector), batch))
        found = [line for page in pages if isinstance(page, Found) for line in page.lines]
        readings = self.pool.map(lambda line: read_line(line, self.recognize), found)
        least = MIN_CONFIDENCE if params.min_confidence is None else params.min_confidence
        return [
            page_of(page, readings, self.recognize, least) if isinstance(page, Found) else page
            for page in pages
        ]

    def _find(self, picture: Picture, detector: Detector) -> Found | RecordError:
        from .pages import find

        try:
            return find(picture.open(), detector)
        except RecordError as error:
            return error

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()
