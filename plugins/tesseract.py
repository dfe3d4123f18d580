"""Text in pictures by Tesseract 5, through tesserocr, for a hundred languages.

A model's folder holds ``LANGUAGE.traineddata`` under Tesseract's own names (``eng``, ``rus``,
``chi_sim``); with ``osd.traineddata`` beside them pages that stand on their side are turned.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import ModelError, RecordError, UsageError
from nlptool.tasks.picture import Box, Line, Page, Params, Picture, Word

from .layout import laid_out

if TYPE_CHECKING:
    from PIL.Image import Image

ENDING = ".traineddata"
ORIENTATION = "osd"
NAMES = """
af-afr am-amh ar-ara as-asm az-aze be-bel bg-bul bn-ben bo-bod br-bre bs-bos ca-cat co-cos
cs-ces cy-cym da-dan de-deu dv-div dz-dzo el-ell en-eng eo-epo es-spa et-est eu-eus fa-fas
fi-fin fil-fil fo-fao fr-fra fy-fry ga-gle gd-gla gl-glg gu-guj he-heb hi-hin hr-hrv ht-hat
hu-hun hy-hye id-ind is-isl it-ita iu-iku ja-jpn jv-jav ka-kat kk-kaz km-khm kn-kan ko-kor
ky-kir la-lat lb-ltz lo-lao lt-lit lv-lav mi-mri mk-mkd ml-mal mn-mon mr-mar ms-msa mt-mlt
my-mya ne-nep nl-nld no-nor oc-oci or-ori pa-pan pl-pol ps-pus pt-por qu-que ro-ron ru-rus
sa-san sd-snd si-sin sk-slk sl-slv sq-sqi sr-srp su-sun sv-swe sw-swa syr-syr ta-tam te-tel
tg-tgk th-tha ti-tir tl-tgl to-ton tr-tur tt-tat ug-uig uk-ukr ur-urd uz-uzb vi-vie yi-yid
yo-yor zh-chi_sim ch-chi_sim ch_sim-chi_sim ch_tra-chi_tra
"""
CODES = dict(pair.split("-", 1) for pair in NAMES.split()) | {
    "zh-Hans": "chi_sim",
    "zh-TW": "chi_tra",
    "zh-Hant": "chi_tra",
}
"""Tesseract's names of languages; its own are taken too."""
READERS = 4
"""Combinations of languages that are kept loaded."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``psm``: Tesseract's page segmentation mode; by itself 1 where there is osd.traineddata,
    else 3."""

    psm: Annotated[int, msgspec.Meta(ge=1, le=13)] | None = None


class Tesseract(Adapter[Picture, Page]):
    """Tesseract's lines, put in order by the layout of the page."""

    tasks = ("ocr",)
    needs = {"tesserocr": "nlptool[tesseract]"}
    batching = Batching(count=1, window=1)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        os.environ.setdefault("OMP_THREAD_LIMIT", str(setup.threads or 1))
        import tesserocr

        self.library = tesserocr
        self.folder = setup.folder or Path()
        turns = (self.folder / f"{ORIENTATION}{ENDING}").is_file()
        self.mode = setup.read_options(Options).psm or (1 if turns else 3)
        self.reader = lru_cache(READERS)(self._reader)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder of Tesseract's files."""
        return "ocr" if files.has(f"*{ENDING}") else None

    def check(self, params: Params) -> None:
        """UsageError for languages whose files are not here."""
        self._names(params)

    def _names(self, params: Params) -> str:
        """The languages as Tesseract has them: those asked for, else the model's, else English."""
        asked = params.languages or self.setup.languages or ("en",)
        names = [CODES.get(code, code) for code in asked]
        there = sorted(file.stem for file in self.folder.glob(f"*{ENDING}"))
        for name in names:
            if name not in there:
                known = ", ".join(name for name in there if name != ORIENTATION)
                raise UsageError(
                    f"model {self.setup.model} has no {name}{ENDING}; it has {known or 'none'} "
                    f"in {self.folder}; on Debian and Ubuntu: apt install "
                    f"tesseract-ocr-{name.replace('_', '-')}"
                )
        return "+".join(names)

    def _reader(self, names: str) -> Any:
        try:
            return self.library.PyTessBaseAPI(str(self.folder), names, psm=self.mode)
        except RuntimeError as error:
            raise ModelError(
                f"model {self.setup.model}: Tesseract does not load {names}"
            ) from error

    def predict(self, batch: Sequence[Picture], params: Params) -> list[Page | RecordError]:
        """The pages with their lines in reading order."""
        reader = self.reader(self._names(params))
        return [self._read(picture, reader, params.min_confidence or 0.0) for picture in batch]

    def _read(self, picture: Picture, reader: Any, least: float) -> Page | RecordError:
        try:
            opened = picture.open()
        except RecordError as error:
            return error
        lines = [line for line in self._lines(opened, reader) if line.confidence >= least]
        return laid_out(lines, opened)

    def _lines(self, picture: Image, reader: Any) -> list[Line]:
        word, line = self.library.RIL.WORD, self.library.RIL.TEXTLINE
        reader.SetImage(picture)
        reader.Recognize()
        found: list[Line] = []
        here = reader.GetIterator()
        try:
            while here:
                if not here.Empty(word):
                    if here.IsAtBeginningOf(line) or not found:
                        text = here.GetUTF8Text(line).strip()
                        found.append(Line(text, 0.0, _box(here, line), []))
                    text = here.GetUTF8Text(word)
                    found[-1].words.append(
                        Word(text, round(here.Confidence(word) / 100, 4), _box(here, word))
                    )
                if not here.Next(word):
                    break
        finally:
            reader.Clear()
        return [
            msgspec.structs.replace(
                line, confidence=round(sum(w.confidence for w in line.words) / len(line.words), 4)
            )
            for line in found
            if line.text
        ]

    def close(self) -> None:
        """Let go of what was loaded."""
        self.reader.cache_clear()


def _box(here: Any, level: Any) -> Box:
    """The corners of what is read, from the text's top left."""
    left, top, right, low = map(float, here.BoundingBox(level))
    corners = [(left, top), (right, top), (right, low), (left, low)]
    turns = int(here.Orientation()[0])
    first, second, third, fourth = corners[turns:] + corners[:turns]
    return first, second, third, fourth
