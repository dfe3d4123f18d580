"""The vectors of a file that is searched, as many blocks as they make."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlptool.errors import InputError, RecordError
from nlptool.io import reader
from nlptool.io.sources import find_sources

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TEXTS = 512
"""Texts that become vectors together."""
BLOCK = 1 << 16
"""Vectors that are compared together."""
COLUMN = "text"


class Corpus:
    """``vectors`` (texts, dimensions), which lie in a file; ``texts`` is empty for an .npy."""

    def __init__(self, vectors: Any, texts: Sequence[str], places: Sequence[int]) -> None:
        self.vectors, self.texts, self.places = vectors, texts, places

    def nearest(self, queries: Floats, count: int) -> list[list[tuple[int, float]]]:
        """For each query the rows of the greatest cosines, the greatest first."""
        best: list[list[tuple[float, int]]] = [[] for _ in queries]
        for start in range(0, len(self.vectors), BLOCK):
            block = unit(np.asarray(self.vectors[start : start + BLOCK], np.float32))
            cosines = queries @ block.T
            some = min(count, len(block))
            chosen = np.argpartition(-cosines, some - 1, axis=1)[:, :some]
            for found, row, numbers in zip(best, cosines, chosen, strict=True):
                found += [(-float(row[number]), start + int(number)) for number in numbers]
                found.sort()
                del found[count:]
        return [[(row, -score) for score, row in found] for found in best]


def unit(vectors: Floats) -> Floats:
    """Rows of length 1; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def from_npy(file: Path) -> Corpus:
    """The vectors of an .npy file; InputError where it has no matrix of numbers."""
    try:
        vectors = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: no vectors of numpy: {error}") from error
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or not len(vectors):
        raise InputError(f"{file}: expected rows of numbers, found {vectors.shape} {vectors.dtype}")
    return Corpus(vectors, (), range(1, len(vectors) + 1))


def from_texts(file: str, embed: Callable[[list[str]], list[Any]]) -> Corpus:
    """A file's texts and their vectors, by ``embed``, which gives a RecordError for what has none;
    InputError where nothing has one."""
    texts: list[str] = []
    places: list[int] = []
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    width = 0
    for some in _batches(_texts(file)):
        for (place, text), vector in zip(some, embed([text for _, text in some]), strict=True):
            if not isinstance(vector, RecordError):
                spool.write(vector.astype(np.float32).tobytes())
                width = len(vector)
                texts.append(text)
                places.append(place)
    if not texts:
        raise InputError(f"{file}: there is no text to search in")
    spool.flush()
    vectors = np.memmap(spool, np.float32, "r", shape=(len(texts), width))
    return Corpus(vectors, texts, places)


def _texts(file: str) -> Iterator[tuple[int, str]]:
    """The texts of a file, each with its place; records without one have none."""
    sources = find_sources([file], ())
    for place, record in enumerate(
        chain.from_iterable(reader.read(reader.Spec(inputs=(file,)), sources)), 1
    ):
        text = record.row.get(COLUMN)
        if isinstance(text, str) and text.strip():
            yield place, text


def _batches(texts: Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    while some := list(islice(texts, TEXTS)):
        yield some
