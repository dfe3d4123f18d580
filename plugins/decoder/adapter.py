"""Language models from GGUF files, on CTranslate2."""

from __future__ import annotations

import msgspec

from nlptool.adapter import Files
from nlptool.errors import DeviceError

from ..language.adapter import LanguageAdapter
from .made import gguf_file, made
from .model import LanguageModel

EXACT = ("next", "score")
SMALL = 300 << 20
"""Files of so many bytes run in float32 for tasks of which the numbers themselves are the result,
unless a backend says otherwise: int8 moves a probability by some hundredths."""


class Decoder(LanguageAdapter):
    """A GGUF file, alone or with a difference."""

    one_file = True
    needs = {
        "ctranslate2": "nlptool[decoder]",
        "gguf": "nlptool[decoder]",
        "safetensors": "nlptool[decoder]",
        "tokenizers": "nlptool[decoder]",
    }

    def load(self) -> LanguageModel:
        """What was made of the file, or is made now."""
        setup = self.setup
        small = gguf_file(setup).stat().st_size <= SMALL
        if setup.precision == "auto" and setup.task in EXACT and small:
            setup = msgspec.structs.replace(setup, precision="float32")
        return LanguageModel(made(setup), setup.device, setup.threads)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A GGUF file, alone or in a folder."""
        return "" if files.has("*.gguf") else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA where the installed ctranslate2 was built for it."""
        if device == "cpu":
            return
        import ctranslate2

        if not ctranslate2.get_cuda_device_count():
            raise DeviceError(f"ctranslate2 finds no CUDA device for {device}")
