"""Text in pictures by RapidOCR: PP-OCR's models on ONNX Runtime."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import msgspec

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import DeviceError, RecordError
from nlptool.tasks.picture import Line, Page, Params, Picture

from .reading_order import in_reading_order

CORES = len(os.sched_getaffinity(0))


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The model's files. ``upside_down`` looks for lines that stand on their head."""

    detect: str = "PP-OCRv6_det_small.onnx"
    recognise: str = "PP-OCRv6_rec_small.onnx"
    turn: str = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
    upside_down: bool = True


class RapidOcr(Adapter[Picture, Page]):
    """One page on all cores; of many pages, one a core."""

    tasks = ("ocr",)
    needs = {"rapidocr": "nlptool[ocr]", "onnxruntime": "nlptool[ocr]"}
    batching = Batching(count=2 * CORES, window=2 * CORES)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.options = setup.read_options(Options)
        self.params: Params = setup.params

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA needs an onnxruntime built for it."""
        import onnxruntime

        providers = onnxruntime.get_available_providers()
        if device != "cpu" and "CUDAExecutionProvider" not in providers:
            raise DeviceError(
                f"this onnxruntime does not run on {device}; install onnxruntime-gpu in its place"
            )

    @cached_property
    def wide(self) -> Any:
        """An engine that takes all threads for a page."""
        return self._engine(self.setup.threads or CORES)

    @cached_property
    def narrow(self) -> Any:
        """An engine that takes a thread a page, and may be called by several at once."""
        return self._engine(1)

    def _engine(self, threads: int) -> Any:
        import rapidocr

        logging.getLogger("RapidOCR").disabled = True
        params = {
            "Global.log_level": "critical",
            "Global.text_score": self.params.min_confidence,
            "Global.use_cls": self.options.upside_down,
            "Det.model_path": str(self.setup.file(self.options.detect)),
            "Rec.model_path": str(self.setup.file(self.options.recognise)),
            "Cls.model_path": str(self.setup.file(self.options.turn)),
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
        if self.setup.device != "cpu":
            number = int(self.setup.device.partition(":")[2] or 0)
            params["EngineConfig.onnxruntime.use_cuda"] = True
            params["EngineConfig.onnxruntime.cuda_ep_cfg.device_id"] = number
        return rapidocr.RapidOCR(params=params)

    def predict(self, batch: Sequence[Picture]) -> list[Page | RecordError]:
        """The pages' lines in reading order."""
        workers = self.setup.threads or CORES
        if len(batch) == 1 or workers == 1 or self.setup.device != "cpu":
            return [self._read(self.wide, picture) for picture in batch]
        engine = self.narrow
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(lambda picture: self._read(engine, picture), batch))

    def _read(self, engine: Any, picture: Picture) -> Page | RecordError:
        import numpy as np

        try:
            image = picture.open()
        except RecordError as error:
            return error
        found = engine(np.asarray(image)[:, :, ::-1])
        if not found.txts:
            return Page([], image.width, image.height)
        lines = [
            Line(text, round(float(score), 4), _box(box))
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
        ]
        return Page(in_reading_order(lines), image.width, image.height)


def _box(points: Any) -> Any:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in points)
