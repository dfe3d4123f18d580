"""The files of an encoder's folder, but for its weights."""

from __future__ import annotations

from typing import Any

import msgspec

from nlptool.adapter import Setup
from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError, one_line


def read_tokenizer(setup: Setup) -> Any:
    """``tokenizer.json`` by the library tokenizers, to give all tokens of a text as they are."""
    from tokenizers import Tokenizer

    file = setup.file("tokenizer.json")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(f"model {setup.model}: tokenizer.json: {one_line(error)}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def read_config(setup: Setup) -> dict[str, Any]:
    """``config.json``; ModelError where it is none."""
    try:
        return msgspec.json.decode(setup.file("config.json").read_bytes(), type=dict[str, Any])
    except DAMAGED as error:
        raise ModelError(f"model {setup.model}: config.json: {error}") from error
