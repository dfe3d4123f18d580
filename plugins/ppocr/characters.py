"""The characters that a recognition model knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from nlptool.errors import ModelError

KEY = "character"
"""What rapidocr calls the characters in the metadata of its ONNX files."""


def known_characters(metadata: Mapping[str, str], files: Sequence[Path], model: str) -> list[str]:
    """A model's characters in their order: from its metadata, or else of the first of ``files``:
    a text with one a line, or PaddleOCR's inference.yml; ModelError where none has them."""
    if KEY in metadata:
        return metadata[KEY].splitlines()
    if not files:
        raise ModelError(
            f"{model} does not say which characters it knows: neither in its metadata nor in a "
            "file beside it, *dict*.txt or inference.yml"
        )
    file = files[0]
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".txt":
            return text.rstrip("\n").split("\n")
        # the base loader makes nothing but strings: "no" and 0 are characters here
        found = yaml.load(text, yaml.BaseLoader)["PostProcess"]["character_dict"]  # noqa: S506
    except (UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError) as error:
        raise ModelError(f"{file.name} has no characters of {model}") from error
    return [*map(str, found)]
