"""A folder of vectors: nothing in it but arrays and text, so that nobody's code can hide there.

``words.txt`` has a word a line, ``vectors.npy`` a row a word (float32, float16 or int8);
``scales.npy`` what each row of int8 is to be multiplied by; ``ngrams.npy``, and its scales, are for
words that are not there; ``hidden.npy``, its scales, and ``counts.npy`` are for texts;
``about.json`` has the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import ModelError, OutputError
from nlptool.tasks.vectors import Documents, Inference, Precision, Subwords, Vectors

WORDS, MATRIX, SCALES, ABOUT = "words.txt", "vectors.npy", "scales.npy", "about.json"
NGRAMS, NGRAM_SCALES = "ngrams.npy", "ngram_scales.npy"
HIDDEN, HIDDEN_SCALES, COUNTS = "hidden.npy", "hidden_scales.npy", "counts.npy"
INT8_MAX = 127


class About(msgspec.Struct, frozen=True):
    """With ``lower``, words are asked for in lower case; ``least`` and ``most`` are the letters of
    n-grams, 0 where there are none; ``inference`` is for vectors of texts."""

    lower: bool = False
    least: int = 0
    most: int = 0
    inference: Inference | None = None


def is_ours(path: Path) -> bool:
    """Whether a path is such a folder, damaged or not."""
    return any((path / name).is_file() for name in (WORDS, MATRIX))


def save(vectors: Vectors, path: Path, precision: Precision) -> None:
    """Write the folder."""

    broken = next((word for word in vectors.words if "\n" in word), None)
    if broken is not None:
        raise OutputError(f"{path.name}: the word {broken!r} has a line break")
    path.mkdir()
    _save(path / MATRIX, path / SCALES, vectors.matrix, precision)
    about = About(vectors.lower)
    if vectors.subwords:
        about = About(vectors.lower, vectors.subwords.least, vectors.subwords.most)
        _save(path / NGRAMS, path / NGRAM_SCALES, vectors.subwords.matrix, precision)
    if vectors.documents:
        about = About(vectors.lower, inference=vectors.documents.inference)
        _save(path / HIDDEN, path / HIDDEN_SCALES, vectors.documents.hidden, precision)
        _save_counts(path / COUNTS, vectors.documents.counts)
    (path / WORDS).write_bytes("".join(f"{word}\n" for word in vectors.words).encode())
    (path / ABOUT).write_bytes(msgspec.json.encode(about) + b"\n")


def _save(file: Path, scale_file: Path, matrix: Any, precision: Precision) -> None:
    import numpy as np

    if precision == "int8":
        scales = np.abs(matrix).max(axis=1) / np.float32(INT8_MAX)
        scales[scales == 0] = 1
        np.save(scale_file, scales)
        matrix = np.rint(matrix / scales[:, None])
    np.save(file, matrix.astype(precision))


def _save_counts(file: Path, counts: Any) -> None:
    import numpy as np

    np.save(file, np.asarray(counts, np.int64))


def load(path: Path) -> Vectors:
    """Read the folder; a float32 matrix is mapped, others are brought to float32."""
    subwords = documents = None
    try:
        words = (path / WORDS).read_bytes().decode().split("\n")[:-1]
        about = msgspec.json.decode((path / ABOUT).read_bytes(), type=About)
        matrix = _load(path / MATRIX, path / SCALES)
        if about.most:
            subwords = Subwords(_load(path / NGRAMS, path / NGRAM_SCALES), about.least, about.most)
        if about.inference:
            hidden, counts = _load(path / HIDDEN, path / HIDDEN_SCALES), _load_counts(path / COUNTS)
            documents = Documents(hidden, counts, about.inference)
    except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
        raise ModelError(f"{path}: these vectors are damaged: {error}") from error
    if matrix.dtype != "float32" or matrix.ndim != 2 or len(matrix) != len(words):
        raise ModelError(
            f"{path}: these vectors are damaged: {len(words)} words, but "
            f"{matrix.dtype} {matrix.shape} in {MATRIX}"
        )
    if subwords and subwords.matrix.shape[1:] != matrix.shape[1:]:
        raise ModelError(f"{path}: these vectors are damaged: {NGRAMS} is not of their dimensions")
    if documents and not documents.hidden.shape[0] == documents.counts.size == len(words):
        raise ModelError(f"{path}: these vectors are damaged: {HIDDEN} is not of their words")
    return Vectors(words, matrix, about.lower, subwords, documents)


def _load(file: Path, scale_file: Path) -> Any:
    import numpy as np

    matrix = np.load(file, mmap_mode="r")
    if matrix.dtype == np.int8:
        return matrix * np.load(scale_file).astype(np.float32).reshape(-1, 1)
    return matrix.astype(np.float32) if matrix.dtype == np.float16 else matrix


def _load_counts(file: Path) -> Any:
    import numpy as np

    return np.load(file, mmap_mode="r")
