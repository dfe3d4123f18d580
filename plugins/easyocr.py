"""Text in pictures by EasyOCR: CRAFT finds it, a network for each script reads it, on torch.

A model's folder holds ``craft_mlt_25k.pth`` and the recognition networks that its languages need,
under EasyOCR's own names (``english_g2.pth``, ``latin_g2.pth``, ``zh_sim_g2.pth``, ...).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Literal

import msgspec

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import DeviceError, ModelError, UsageError
from nlptool.tasks.picture import Line, Page, Params, Picture

from .layout import laid_out
from .torchvision_schema import make_importable

ENGLISH = "en"
OTHER_CODES = {"zh": "ch_sim", "ch": "ch_sim"}
DETECTION = "craft"
ALONE = {
    "th": "thai_g1",
    "ch_tra": "zh_tra_g1",
    "ch_sim": "zh_sim_g2",
    "ja": "japanese_g2",
    "ko": "korean_g2",
    "ta": "tamil_g1",
    "te": "telugu_g2",
    "kn": "kannada_g2",
}
"""Languages with a network of their own, which reads English besides."""
FAMILIES = {
    "bengali": "bengali_g1",
    "arabic": "arabic_g1",
    "devanagari": "devanagari_g1",
    "cyrillic": "cyrillic_g2",
    "latin": "latin_g2",
}
"""Scripts with a network for all of their languages, and English."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """EasyOCR's own, with its names and defaults."""

    decoder: Literal["greedy", "beamsearch", "wordbeamsearch"] = "greedy"
    beamWidth: int = 5  # noqa: N815
    allowlist: str | None = None
    blocklist: str | None = None
    rotation_info: list[int] | None = None
    contrast_ths: float = 0.1
    adjust_contrast: float = 0.5
    min_size: int = 20
    text_threshold: float = 0.7
    low_text: float = 0.4
    link_threshold: float = 0.4
    canvas_size: int = 2560
    mag_ratio: float = 1.0
    slope_ths: float = 0.1
    ycenter_ths: float = 0.5
    height_ths: float = 0.5
    width_ths: float = 0.5
    add_margin: float = 0.1


READERS = 2
"""Readers, each for its languages, that are kept for the requests to come."""
READING = Options.__struct_fields__[:7]
"""The options of recognition; the others are of detection."""


class EasyOcr(Adapter[Picture, Page]):
    """EasyOCR's Reader, page by page. It fetches nothing, and unpickles nothing but weights."""

    tasks = ("ocr",)
    needs = {
        "torch": "nlptool[easyocr]",
        "torchvision": "nlptool[easyocr]",
        "easyocr": "nlptool[easyocr]",
    }
    batching = Batching(count=1, window=1)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        options = msgspec.structs.asdict(setup.read_options(Options))
        self.reading = {name: options.pop(name) for name in READING}
        self.finding = options
        if setup.precision not in ("auto", "float32", "int8"):
            raise UsageError(f"EasyOCR runs in float32 or int8, not in {setup.precision}")
        os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
        import torch

        make_importable()
        import easyocr

        self.easyocr = easyocr
        self.reader = lru_cache(READERS)(self._reader)
        if setup.threads:
            torch.set_num_threads(setup.threads)

    def _languages(self, params: Params) -> tuple[str, ...]:
        asked = params.languages or self.setup.languages or (ENGLISH,)
        return tuple(OTHER_CODES.get(code, code) for code in asked)

    def _reader(self, languages: tuple[str, ...]) -> Any:
        setup, before = self.setup, [*sys.path]
        reader = self.easyocr.Reader(
            list(languages),
            gpu=False if setup.device == "cpu" else setup.device,
            model_storage_directory=str(setup.folder),
            user_network_directory=str(setup.folder),
            download_enabled=False,
            verbose=False,
            quantize=setup.precision != "float32",
        )
        sys.path[:] = before
        return reader

    def check(self, params: Params) -> None:
        """UsageError for languages that no network reads together, ModelError for missing files."""
        self._check_files(self._languages(params))

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder with EasyOCR's own file of its detector."""
        return "ocr" if files.has("*craft*.pth") else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """DeviceError for a CUDA device where torch was built without CUDA or cannot see it."""
        if device == "cpu":
            return
        import torch

        there = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(device.partition(":")[2] or 0) >= there:
            raise DeviceError(f"torch {torch.__version__} sees {there or 'no'} CUDA device(s)")

    def _check_files(self, languages: Sequence[str]) -> None:
        config = read_config()
        network = network_for(languages, config)
        known = config.recognition_models
        needed = (
            config.detection_models[DETECTION]["filename"],
            {**known["gen1"], **known["gen2"]}[network]["filename"],
        )
        folder = self.setup.folder or Path()
        missing = [name for name in needed if not (folder / name).is_file()]
        if missing:
            raise ModelError(
                f"model {self.setup.model} has no {missing[0]} to read {', '.join(languages)}; "
                "declare a folder that has it in a models.yaml, its sha256 pinned"
            )

    def predict(self, batch: Sequence[Picture], params: Params) -> list[Page]:
        """The pages with their lines in reading order."""
        reader = self.reader(self._languages(params))
        return [self._read(picture, reader, params.min_confidence or 0.0) for picture in batch]

    def _read(self, picture: Picture, reader: Any, least: float) -> Page:
        import numpy as np

        image = picture.open()
        grey = np.asarray(image.convert("L"))
        level, slanted = reader.detect(np.asarray(image), reformat=False, **self.finding)
        found = reader.recognize(grey, level[0], slanted[0], reformat=False, **self.reading)
        lines = [
            Line(text, round(float(confidence), 4), _points(box))
            for box, text, confidence in found
            if text.strip() and confidence >= least
        ]
        return laid_out(lines, image)


def _points(box: Any) -> Any:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in box)


def read_config() -> Any:
    """EasyOCR's table of models and languages, without EasyOCR, which takes torch along."""
    package = find_spec("easyocr")
    folder = Path(package.origin or "").parent if package else Path()
    spec = spec_from_file_location("easyocr_config", folder / "config.py")
    if spec is None or spec.loader is None:
        raise ModelError("easyocr has no config.py")
    config = module_from_spec(spec)
    spec.loader.exec_module(config)
    return config


def network_for(languages: Sequence[str], config: Any) -> str:
    """The one network that reads all of the languages; UsageError where there is none."""
    known = {ENGLISH, *config.all_lang_list}
    unknown = sorted({*languages} - known)
    if unknown:
        from difflib import get_close_matches

        near = get_close_matches(unknown[0], known, n=3)
        there = f"it knows {' '.join(sorted(known))}"
        hint = f"did you mean {' or '.join(near)}?" if near else there
        raise UsageError(f"EasyOCR knows no language {unknown[0]}; {hint}")
    others = {*languages} - {ENGLISH}
    if not others:
        return "english_g2"
    for code, network in ALONE.items():
        if code in others:
            if len(others) > 1:
                raise _incompatible(code, f"{code} goes with {ENGLISH} only", others)
            return network
    for family, network in FAMILIES.items():
        members = {*getattr(config, f"{family}_lang_list")}
        if others & members:
            if not others <= members:
                told = f"{family} languages go with each other and {ENGLISH} only"
                raise _incompatible(min(others & members), told, others)
            return network
    raise UsageError(f"EasyOCR has no network for {', '.join(sorted(others))}")


def _incompatible(code: str, why: str, others: set[str]) -> UsageError:
    return UsageError(
        f"no network of EasyOCR reads {', '.join(sorted(others))} together: {why}; "
        f"run them one by one, such as --languages {code},{ENGLISH}"
    )
