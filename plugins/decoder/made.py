"""What runs, made of a model's files once: weights in int8 and the tokenizer."""

from __future__ import annotations

import json
import lzma
from functools import partial
from pathlib import Path
from typing import Any

from nlptool.adapter import Setup
from nlptool.errors import ModelError
from nlptool.gguf import Gguf, read

from .difference import Delta, Lora, Pruned, kept_of
from .export import export
from .tokenizer import tokenizer_of, vocabulary_of
from .weights import GgufWeights, Weights

TOKENIZER, ABOUT, WEIGHTS = "tokenizer.json", "decoder.json", "model.bin"
VOCABULARY, DELTA, LORA = "tokenizer.json.xz", "delta.safetensors", "lora.safetensors"
"""Files of a model that differs from its base."""
FORMAT = 3
"""Counted up when another version makes something else of the same files."""
LARGEST = 64 << 20
"""Bytes of a tokenizer."""


def made(setup: Setup) -> Path:
    """The folder of the CTranslate2 model and its tokenizer.json; of processes at once one makes
    it and the others wait.

    The weights are in int8 unless the setup's precision is a float one; they run in float32 then.
    """
    precision = "int8" if setup.precision in ("auto", "int8") else "float16"
    name = f"decoder-{FORMAT}-{precision}"
    if (setup.made / name).is_dir():
        return setup.made / name
    # read before anything is said: what is damaged is told in one line
    return setup.make(name, partial(_make, setup, read(gguf_file(setup)), precision))


def _make(setup: Setup, gguf: Gguf, precision: str, folder: Path) -> None:
    own = setup.folder if setup.folder and setup.folder.is_dir() else Path()
    vocabulary = vocabulary_of(gguf)
    weights: Weights = GgufWeights(gguf)
    tokens = vocabulary.tokens
    if (own / VOCABULARY).is_file():
        tokenizer = _unpacked(own / VOCABULARY)
        tokens = _tokens(tokenizer)
        weights = Pruned(weights, kept_of(vocabulary.tokens, tokens, own / VOCABULARY))
    else:
        tokenizer = tokenizer_of(gguf)
    for name, kind in ((DELTA, Delta), (LORA, Lora)):
        if (own / name).is_file():
            weights = kind(weights, own / name)
    tokenizer.save(str(folder / TOKENIZER))
    named = {
        "bos_token": vocabulary.bos,
        "eos_token": vocabulary.eos,
        "unk_token": vocabulary.unk,
    }
    special = {name: token if token and token in tokens else "" for name, token in named.items()}
    about = {
        "precision": precision,
        "starts": vocabulary.starts,
        "context": weights.architecture.context,
        "heads": weights.architecture.heads,
        **special,
    }
    (folder / ABOUT).write_text(json.dumps(about))
    export(weights, precision, tokens, special, folder)


def gguf_file(setup: Setup) -> Path:
    """The file of the model, or of its base."""
    named = setup.inside(str(setup.options.get("file", "*.gguf")))
    places = [place for place in (setup.folder, setup.base) if place]
    found = [place for place in places if place.is_file()]
    found += [file for place in places for file in sorted(place.glob(named))]
    if len(found) != 1:
        raise ModelError(f"model {setup.model} has {len(found)} GGUF files, expected one")
    return found[0]


def _unpacked(file: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        with lzma.open(file) as stream:
            tokenizer = Tokenizer.from_str(stream.read(LARGEST).decode())
    except Exception as error:
        raise ModelError(f"{file}: no tokenizer: {error}") from error
    tokenizer.post_processor = None
    return tokenizer


def _tokens(tokenizer: Any) -> list[str]:
    numbers: dict[str, int] = tokenizer.get_vocab()
    return sorted(numbers, key=lambda token: numbers[token])
