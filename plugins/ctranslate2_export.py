"""From a folder of transformers to one of the ctranslate2 adapter."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlptool.errors import ModelError, UsageError, library_missing, one_line
from nlptool.plugins.trainer import Converter, Parity

from .local import LOCAL

TOKENIZERS = (
    "source.spm",
    "target.spm",
    "vocab.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
)
LONGEST = 128
"""Tokens of a translation that is compared."""


class CTranslate2Converter(Converter):
    """Encoder-decoder models for translate; the weights of int8 have a scale for each row."""

    tasks = ("translate",)
    needs = {
        "torch": "nlptool[transformers]",
        "transformers": "nlptool[transformers]",
        "ctranslate2": "nlptool[translate]",
        "sentencepiece": "nlptool[translate]",
    }
    precisions = ("float32", "float16", "bfloat16", "int8", "int8_float16", "int8_bfloat16")

    def convert(
        self,
        task: str,
        folder: Path,
        output: Path,
        *,
        precision: str,
        keep: Sequence[str],
        samples: Sequence[Any],
    ) -> Parity:
        """Convert; see the contract."""
        if keep:
            raise UsageError("CTranslate2 has all layers in one precision; leave out --keep")
        export(folder, output, precision)
        return _parity(folder, output, [sample.text for sample in samples])


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


def _parity(folder: Path, converted: Path, texts: Sequence[str]) -> Parity:
    """The greedy translations of both, and the probabilities that both give to the original's."""
    import ctranslate2
    import torch
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **LOCAL)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder, **LOCAL).eval()
    translator = ctranslate2.Translator(str(converted))
    same, difference = 0, 0.0
    for text in texts:
        fed = tokenizer(text, return_tensors="pt", truncation=True, max_length=LONGEST)
        with torch.inference_mode():
            made = model.generate(**fed, num_beams=1, do_sample=False, max_new_tokens=LONGEST)[0]
            logits = model(**fed, decoder_input_ids=made[None, :-1]).logits[0]
        right = logits.softmax(-1).gather(1, made[1:, None])[:, 0].tolist()
        source = tokenizer.convert_ids_to_tokens(fed["input_ids"][0])
        tokens = tokenizer.convert_ids_to_tokens(made[1:])
        ended = tokens[-1] == tokenizer.eos_token
        tokens = tokens[:-1] if ended else tokens
        options: dict[str, Any] = {"beam_size": 1, "max_decoding_length": LONGEST}
        (found,) = translator.translate_batch([source], **options)
        (scored,) = translator.score_batch([source], [tokens])
        same += found.hypotheses[0] == tokens
        pairs = zip(right, map(math.exp, scored.log_probs), strict=False)
        difference = max(difference, *(abs(one - other) for one, other in pairs))
    return Parity(len(texts), same / len(texts), difference)
