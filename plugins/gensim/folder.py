"""A folder of vectors: nothing in it but arrays and text, so that nobody's code can hide there.

``words.txt`` has a word a line, ``vectors.npy`` a row a word (float32, float16 or int8);
``scales.npy`` what each row of int8 is to be multiplied by; ``about.json`` the rest.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from nlptool.errors import ModelError, OutputError
from nlptool.tasks.vectors import Precision, Vectors

WORDS, MATRIX, SCALES, ABOUT = "words.txt", "vectors.npy", "scales.npy", "about.json"
INT8_MAX = 127


class About(msgspec.Struct, frozen=True):
    """With ``lower``, words are asked for in lower case."""

    lower: bool = False


def is_ours(path: Path) -> bool:
    """Whether a path is such a folder, damaged or not."""
    return any((path / name).is_file() for name in (WORDS, MATRIX))


def save(vectors: Vectors, path: Path, precision: Precision) -> None:
    """Write the folder."""
    import numpy as np

    broken = next((word for word in vectors.words if "\n" in word), None)
    if broken is not None:
        raise OutputError(f"{path.name}: the word {broken!r} has a line break")
    path.mkdir()
    matrix = vectors.matrix
    if precision == "int8":
        scales = np.abs(matrix).max(axis=1) / np.float32(INT8_MAX)
        scales[scales == 0] = 1
        np.save(path / SCALES, scales)
        matrix = np.rint(matrix / scales[:, None])
    np.save(path / MATRIX, matrix.astype(precision))
    (path / WORDS).write_bytes("".join(f"{word}\n" for word in vectors.words).encode())
    (path / ABOUT).write_bytes(msgspec.json.encode(About(vectors.lower)) + b"\n")


def load(path: Path) -> Vectors:
    """Read the folder; a float32 matrix is mapped, others are brought to float32."""
    import numpy as np

    try:
        words = (path / WORDS).read_bytes().decode().split("\n")[:-1]
        about = msgspec.json.decode((path / ABOUT).read_bytes(), type=About)
        matrix = np.load(path / MATRIX, mmap_mode="r")
        if matrix.dtype == np.int8:
            matrix = matrix * np.load(path / SCALES).astype(np.float32).reshape(-1, 1)
        elif matrix.dtype == np.float16:
            matrix = matrix.astype(np.float32)
    except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
        raise ModelError(f"{path}: these vectors are damaged: {error}") from error
    if matrix.dtype != np.float32 or matrix.ndim != 2 or len(matrix) != len(words):
        raise ModelError(
            f"{path}: these vectors are damaged: {len(words)} words, but "
            f"{matrix.dtype} {matrix.shape} in {MATRIX}"
        )
    return Vectors(words, matrix, about.lower)
