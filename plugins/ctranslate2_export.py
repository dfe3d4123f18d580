"""From a folder of transformers to one of the ctranslate2 adapter."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from nlptool.errors import ModelError, library_missing, one_line

TOKENIZERS = (
    "source.spm",
    "target.spm",
    "vocab.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
)


def export(folder: Path, output: Path, precision: str) -> None:
    """Write the model in ``folder`` into the new folder ``output``, whole or not at all.

    ``precision`` is float32, float16, bfloat16 or int8. ModelError where it is no model that
    CTranslate2 knows, or what converts is not installed.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        import torch  # noqa: F401

        from .torchvision_schema import make_importable

        make_importable()
        import transformers
        from ctranslate2.converters import TransformersConverter
    except ImportError as error:
        raise library_missing("what converts models", "nlptool[transformers,translate]") from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    present = [name for name in TOKENIZERS if (folder / name).is_file()]
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent) as scratch:
        made = Path(scratch) / "model"
        try:
            converter = TransformersConverter(str(folder), copy_files=present)
            converter.convert(str(made), quantization=precision)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(f"{folder} cannot be converted: {one_line(error)}") from error
        shutil.rmtree(output, ignore_errors=True)
        made.rename(output)
