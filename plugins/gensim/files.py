"""Files of vectors that other programs read and write: word2vec's own two formats, and gensim's."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
from gensim import utils
from gensim.models import KeyedVectors

from nlptool.errors import ModelError, OutputError, UsageError, one_line
from nlptool.tasks.vectors import PACKED, Kind, Vectors, kind_of

HEADER = 2
"""Fields of a first line that says how many words and dimensions there are."""


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
    try:
        words, matrix = _load_gensim(path) if kind == "gensim" else _load_word2vec(path, kind)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"{path}: no vectors of the kind {kind}: {type(error).__name__}: {one_line(error)}"
        ) from error
    return Vectors(list(words), np.ascontiguousarray(matrix, np.float32))


def save(vectors: Vectors, path: Path, kind: Kind) -> None:
    """Write a file; OutputError for words that its kind cannot hold."""
    split = next((word for word in vectors.words if len(word.split()) != 1), None)
    if split is not None and kind != "gensim":
        raise OutputError(f"{path.name}: the word {split!r} has spaces, which {kind} cannot hold")
    keyed = KeyedVectors(vectors.matrix.shape[1])
    keyed.add_vectors(vectors.words, vectors.matrix)
    if kind == "gensim":
        keyed.save(str(path), sep_limit=sys.maxsize)
    else:
        keyed.save_word2vec_format(str(path), binary=kind == "binary")


def _load_word2vec(path: Path, kind: Kind) -> tuple[list[str], Any]:
    with utils.open(str(path), "rb") as file:
        header = file.readline(1 << 20).split()
    if not header:
        raise ModelError(f"{path}: nothing on its first line")
    named = len(header) == HEADER
    if named and path.suffix not in PACKED:
        least = int(header[0]) * int(header[1]) * (4 if kind == "binary" else 2)
        if least > path.stat().st_size:
            raise ModelError(f"{path}: shorter than its first line says")
    keyed = KeyedVectors.load_word2vec_format(
        str(path), binary=kind == "binary", no_header=not named, unicode_errors="replace"
    )
    return keyed.index_to_key, keyed.vectors


def _load_gensim(path: Path) -> tuple[list[str], Any]:
    """What gensim's ``save`` wrote: a pickle, of which only arrays and plain values are read."""
    with utils.open(str(path), "rb") as file:
        saved = _Unpickler(file).load()
    prefix = str(path)
    if "wv" in vars(saved):
        saved, prefix = saved.wv, f"{prefix}.wv"
    found = vars(saved)
    if "vectors" in found.get("__numpys", ()):
        found["vectors"] = np.load(f"{prefix}.vectors.npy")
    if not {"index_to_key", "vectors"} <= found.keys():
        raise ModelError(f"{path}: no word2vec vectors that gensim 4 saved")
    return found["index_to_key"], found["vectors"]


class _Inert(dict[Any, Any]):
    """Stands for every class and function that a pickle names: takes all, does nothing."""

    def __init__(self, *_: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            vars(self).update(state)


class _Unpickler(pickle.Unpickler):
    """Calls nothing that a pickle asks for, but what makes numpy's arrays and bytes."""

    known = {
        "_reconstruct": np.empty(0).__reduce__()[0],
        "_frombuffer": np.zeros(1).__reduce_ex__(5)[0],
        "dtype": np.dtype,
        "ndarray": np.ndarray,
        "encode": str.encode,
    }

    def find_class(self, module: str, name: str) -> Any:
        """One of numpy's builders, or else a stand-in."""
        ours = module.partition(".")[0] in ("numpy", "_codecs")
        return self.known[name] if ours and name in self.known else _Inert
