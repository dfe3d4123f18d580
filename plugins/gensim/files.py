"""Files of vectors that other programs read and write: word2vec's own two formats, GloVe's, which
is word2vec's text without its first line, fastText's, and gensim's. Only gensim's are written by
gensim.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from nlptool.errors import ModelError, OutputError, UsageError, library_missing, one_line
from nlptool.tasks.vectors import PACKED, Kind, Vectors, kind_of

from .fasttext import is_fasttext
from .fasttext import load as load_fasttext
from .pickled import Unpickler

log = logging.getLogger("nlptool_plugins.gensim")

HEADER = 2
"""Fields of a first line that says how many words and dimensions there are."""
FLOAT = np.dtype("<f4")
LINE = 1 << 20
"""Bytes of a line, or of a word in a binary file, at most."""
PIECE = 1 << 20


def only_one(folder: Path) -> Path:
    """The file of vectors in a folder; ModelError where there is none, or more than one."""
    found = [file for file in folder.iterdir() if file.is_file() and kind_of(file)]
    if len(found) != 1:
        raise ModelError(f"{folder}: expected one file of vectors, found {len(found)}")
    return found[0]


def load(path: Path, kind: Kind | None) -> Vectors:
    """The vectors of a file; ModelError where it is not what its kind says."""
    kind = kind or kind_of(path)
    if kind is None:
        raise UsageError(f"{path}: the name does not tell what kind of vectors it holds")
    if kind == "binary" and path.suffix.lower() not in PACKED and is_fasttext(path):
        vectors = load_fasttext(path)
        _check_finite(path, vectors.words, vectors.matrix)
        return vectors
    try:
        words, matrix = _load_gensim(path) if kind == "gensim" else _load_word2vec(path, kind)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"{path}: no vectors of the kind {kind}: {type(error).__name__}: {one_line(error)}"
        ) from error
    _check_finite(path, words, matrix)
    return Vectors(words, np.ascontiguousarray(matrix, np.float32))


def _check_finite(path: Path, words: list[str], matrix: Any) -> None:
    whole = np.isfinite(matrix).all(axis=1)
    if not whole.all():
        raise ModelError(f"{path}: the vector of {words[int(whole.argmin())]!r} is not finite")


def save(vectors: Vectors, path: Path, kind: Kind) -> None:
    """Write a file; OutputError for words that its kind cannot hold."""
    if kind == "gensim":
        _save_gensim(vectors, path)
        return
    split = next((word for word in vectors.words if len(word.split()) != 1), None)
    if split is not None:
        raise OutputError(f"{path.name}: the word {split!r} has spaces, which {kind} cannot hold")
    matrix = vectors.matrix
    with _opened(path, "wb") as file:
        file.write(f"{len(matrix)} {matrix.shape[1]}\n".encode())
        for word, row in zip(vectors.words, matrix, strict=True):
            if kind == "binary":
                file.write(word.encode() + b" " + row.astype(FLOAT).tobytes() + b"\n")
            else:
                file.write(f"{word} {' '.join(map(str, row))}\n".encode())


def _save_gensim(vectors: Vectors, path: Path) -> None:
    try:
        from gensim.models import KeyedVectors
    except ImportError as error:
        raise library_missing("gensim", "nlptool[gensim]") from error
    keyed = KeyedVectors(vectors.matrix.shape[1])
    keyed.add_vectors(vectors.words, vectors.matrix)
    keyed.save(str(path), sep_limit=sys.maxsize)


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[IO[bytes]]:
    """A file, unpacked as its name tells."""
    opener: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix.lower(), open)
    with opener(path, mode) as file:
        yield file


def _load_word2vec(path: Path, kind: Kind) -> tuple[list[str], Any]:
    with _opened(path, "rb") as file:
        header = file.readline(LINE).removeprefix(codecs.BOM_UTF8)
        fields = header.split()
        if not fields:
            raise ModelError(f"{path}: nothing on its first line")
        if len(fields) != HEADER:
            if kind == "binary":
                raise ModelError(f"{path}: its first line does not say how many words there are")
            return _read_text(path, _lines(path, header, file), len(fields) - 1, None)
        count, dimensions = map(int, fields)
        if count < 1 or dimensions < 1:
            raise ModelError(f"{path}: its first line says {count} words of {dimensions} numbers")
        least = count * dimensions * (FLOAT.itemsize if kind == "binary" else 2)
        if path.suffix not in PACKED and least > path.stat().st_size:
            raise ModelError(f"{path}: shorter than its first line says")
        if kind == "binary":
            return _read_binary(path, file, count, dimensions)
        return _read_text(path, _lines(path, b"", file), dimensions, count)


def _lines(path: Path, first: bytes, file: IO[bytes]) -> Iterator[tuple[int, str]]:
    """The lines that hold vectors, with their numbers."""
    number = 1
    line = first or file.readline(LINE)
    number += not first
    while line:
        if len(line) == LINE:
            raise ModelError(f"{path}:{number}: no line of vectors is so long")
        yield number, _text(line).rstrip("\r\n ")
        line = file.readline(LINE)
        number += 1


def _text(data: bytes) -> str:
    """Bytes as text; those that are none as escapes, so that words stay apart."""
    return data.decode("utf-8", "backslashreplace")


class _Rows:
    """Words and their vectors, as they come; the first of several of a word counts."""

    def __init__(self, path: Path, dimensions: int) -> None:
        self.path = path
        self.dimensions = dimensions
        self.words: dict[str, None] = {}
        self.values = bytearray()
        self.doubled: list[str] = []

    def add(self, word: str, vector: bytes) -> None:
        """One more."""
        if word in self.words:
            self.doubled.append(word)
        else:
            self.words[word] = None
            self.values += vector

    def done(self) -> tuple[list[str], Any]:
        """All of them; how many came again is told."""
        if self.doubled:
            log.warning(
                "%s: %d words come again, the first of them %r; their first vectors are taken",
                self.path, len(self.doubled), self.doubled[0],
            )  # fmt: skip
        return [*self.words], np.frombuffer(self.values, FLOAT).reshape(-1, self.dimensions)


def _read_text(
    path: Path, lines: Iterator[tuple[int, str]], dimensions: int, count: int | None
) -> tuple[list[str], Any]:
    rows = _Rows(path, dimensions)
    found = 0
    for number, line in lines:
        if not line:
            continue
        if found == count:
            raise ModelError(f"{path}:{number}: more words than its first line says")
        fields = line.rsplit(" ", dimensions)
        try:
            numbers = list(map(float, fields[1:]))
        except ValueError:
            numbers = []
        if len(numbers) != dimensions or not fields[0]:
            raise ModelError(f"{path}:{number}: expected a word and {dimensions} numbers")
        vector = np.array(numbers, FLOAT)
        if not np.isfinite(vector).all():
            raise ModelError(f"{path}:{number}: the vector of {fields[0]!r} is not finite")
        rows.add(fields[0], vector.tobytes())
        found += 1
    if count is not None and found < count:
        raise ModelError(f"{path}: {found} words, where its first line says {count}")
    return rows.done()


def _read_binary(path: Path, file: IO[bytes], count: int, dimensions: int) -> tuple[list[str], Any]:
    rows = _Rows(path, dimensions)
    width = dimensions * FLOAT.itemsize
    data, at = b"", 0
    for found in range(count):
        while (space := data.find(b" ", at)) < 0 or space + 1 + width > len(data):
            more = file.read(PIECE)
            if not more or (space < 0 and len(data) - at > LINE):
                raise ModelError(f"{path}: damaged after {found} of {count} words")
            data, at = data[at:] + more, 0
        word = _text(data[at:space].lstrip(b"\n"))
        at = space + 1 + width
        rows.add(word, data[space + 1 : at])
    return rows.done()


def _load_gensim(path: Path) -> tuple[list[str], Any]:
    """What gensim's ``save`` wrote: a pickle, of which only arrays and plain values are read."""
    with _opened(path, "rb") as file:
        saved = Unpickler(file).load()
    prefix = str(path)
    if "wv" in vars(saved):
        saved, prefix = saved.wv, f"{prefix}.wv"
    found = vars(saved)
    if "vectors" in found.get("__numpys", ()):
        found["vectors"] = np.load(f"{prefix}.vectors.npy")
    if not {"index_to_key", "vectors"} <= found.keys():
        raise ModelError(f"{path}: no word2vec vectors that gensim 4 saved")
    return list(found["index_to_key"]), found["vectors"]
