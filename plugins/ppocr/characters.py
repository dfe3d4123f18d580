"""The characters that a recognition model knows, and lines of them as they are written.

PP-OCR's models give characters from the left to the right as they stand in the picture, also where
their script runs from the right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from unicodedata import bidirectional

import yaml

from nlptool.errors import ModelError

KEY = "character"
"""What rapidocr calls the characters in the metadata of its ONNX files."""
CLASSES = {"L": "L", "EN": "N", "AN": "N", "ES": "S", "CS": "S", "ET": "T", "R": "R", "AL": "R"}
"""Of Unicode's bidirectional algorithm (UAX #9): Latin and other letters from the left, figures,
their signs inside and around, letters from the right; "." stands for all others."""
RIGHTWARDS = re.compile("N*L(?:[^R]*L)?N*|T*N(?:S?N|T)*")
"""What stays as it is in a line from the right: words in Latin letters, and figures."""
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


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


def is_from_the_right(text: str) -> bool:
    """Whether most letters of a line are of a script that runs from the right."""
    classes = _classes(text)
    return classes.count("R") > classes.count("L")


def as_written(text: str) -> str:
    """A line from the right in the order in which it is written and read: turned round but for
    what runs from the left in it."""
    kept = [run.span() for run in RIGHTWARDS.finditer(_classes(text))]
    bounds = pairwise((0, *chain.from_iterable(kept), len(text)))
    parts = [
        text[start:end] if at % 2 else text[start:end].translate(MIRRORED)[::-1]
        for at, (start, end) in enumerate(bounds)
    ]
    return "".join(reversed(parts))


def _classes(text: str) -> str:
    return "".join(CLASSES.get(bidirectional(character), ".") for character in text)
