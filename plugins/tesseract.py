"""Text in pictures by Tesseract 5, through tesserocr, for a hundred languages.

A model's folder holds ``LANGUAGE.traineddata`` under Tesseract's own names (``eng``, ``rus``,
``chi_sim``); with ``osd.traineddata`` beside them pages that stand on their side are turned, and
where no language is named, a page is read in those of its script.
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
from .layout.direction import as_written, is_from_the_right

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
SCRIPTS = """
Arabic: ara fas kur_ara pus snd uig urd
Armenian: hye
Bengali: ben asm
Cyrillic: rus ukr bel bul kaz kir mkd mon srp tat tgk
Devanagari: hin mar nep san
Ethiopic: amh tir
Georgian: kat
Greek: ell
Gujarati: guj
Gurmukhi: pan
Han: chi_sim chi_tra
Hangul: kor
Hebrew: heb yid
Japanese: jpn
Kannada: kan
Khmer: khm
Korean: kor
Lao: lao
Malayalam: mal
Myanmar: mya
Oriya: ori
Sinhala: sin
Tamil: tam
Telugu: tel
Thai: tha
Tibetan: bod dzo
"""
LANGUAGES = {
    script: names.split()
    for script, names in (one.split(":") for one in SCRIPTS.split("\n") if one)
}
"""Tesseract's languages by its names of scripts; those that are not here are in Latin letters."""
SURE = 3.0
"""Tesseract's own measure. Of receipts in Latin letters some were Cyrillic to it with up to 2.2,
pages of clean text had 5 or more; Chinese, with 1, is not told so."""
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
        self.there = sorted(file.stem for file in self.folder.glob(f"*{ENDING}"))
        self.tells = turns and not setup.languages
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
        for name in names:
            if name not in self.there:
                known = ", ".join(name for name in self.there if name != ORIENTATION)
                raise UsageError(
                    f"model {self.setup.model} has no {name}{ENDING}; it has {known or 'none'} "
                    f"in {self.folder}; on Debian and Ubuntu: apt install "
                    f"tesseract-ocr-{name.replace('_', '-')}"
                )
        return "+".join(names)

    def _reader(self, names: str) -> Any:
        mode = self.library.PSM.OSD_ONLY if names == ORIENTATION else self.mode
        try:
            return self.library.PyTessBaseAPI(str(self.folder), names, psm=mode)
        except RuntimeError as error:
            raise ModelError(
                f"model {self.setup.model}: Tesseract does not load {names}"
            ) from error

    def predict(self, batch: Sequence[Picture], params: Params) -> list[Page | RecordError]:
        """The pages with their lines in reading order."""
        return [self._read(picture, params) for picture in batch]

    def _read(self, picture: Picture, params: Params) -> Page | RecordError:
        try:
            opened = picture.open()
        except RecordError as error:
            return error
        names, warnings = self._names(params), list[str]()
        if self.tells and not params.languages:
            names, warnings = self._by_script(opened, names)
        least = params.min_confidence or 0.0
        lines = [
            line for line in self._lines(opened, self.reader(names)) if line.confidence >= least
        ]
        return laid_out(lines, opened, warnings)

    def _by_script(self, picture: Image, usual: str) -> tuple[str, list[str]]:
        """The languages of a page's script that are here, before the usual one; what is missing."""
        reader = self.reader(ORIENTATION)
        reader.SetImage(picture)
        told = reader.DetectOrientationScript()
        reader.Clear()
        script = told["script_name"] if told and told["script_conf"] >= SURE else ""
        if script not in LANGUAGES:
            return usual, []
        names = [name for name in LANGUAGES[script] if name in self.there]
        if names:
            return "+".join([*names, usual]), []
        wanted = ", ".join(LANGUAGES[script])
        return usual, [f"its letters look {script}; model {self.setup.model} has none of {wanted}"]

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
                    text = as_written(text) if is_from_the_right(text) else text
                    found[-1].words.append(
                        Word(text, round(here.Confidence(word) / 100, 4), _box(here, word))
                    )
                if not here.Next(word):
                    break
        finally:
            reader.Clear()
        return [_whole(line) for line in found if line.text]

    def close(self) -> None:
        """Let go of what was loaded."""
        self.reader.cache_clear()


def _whole(line: Line) -> Line:
    """A line with its words' mean confidence; one from the right as its words follow each other."""
    confidence = sum(word.confidence for word in line.words) / len(line.words)
    turned = is_from_the_right(line.text)
    text = " ".join(word.text for word in line.words) if turned else line.text
    return msgspec.structs.replace(line, text=text, confidence=round(confidence, 4))


def _box(here: Any, level: Any) -> Box:
    """The corners of what is read, from the text's top left."""
    left, top, right, low = map(float, here.BoundingBox(level))
    corners = [(left, top), (right, top), (right, low), (left, low)]
    turns = int(here.Orientation()[0])
    first, second, third, fourth = corners[turns:] + corners[:turns]
    return first, second, third, fourth
