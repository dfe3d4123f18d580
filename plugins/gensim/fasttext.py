"""fastText's vectors of parts of words, and the files that fastText itself writes.

A word is the mean of its own vector and of those of its n-grams, which are found by a hash
(Bojanowski et al. 2017, https://arxiv.org/abs/1607.04606); one that is not known has n-grams too.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from nlptool.errors import ModelError
from nlptool.tasks.vectors import Subwords, Vectors

MAGIC = struct.pack("<i", 793712314)
VERSION = 12
HEADER = struct.Struct("<ii12id")
"""Magic, version, dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn,
lrUpdateRate, t."""
DICTIONARY = struct.Struct("<iiiqq")
"""Entries, words, labels, tokens, and how many n-grams a pruned model kept, -1 for all."""
ENTRY = struct.Struct("<qb")
"""Behind a word and its NUL: how often it came, and 0 for a word."""
MATRIX = struct.Struct("<?qq")
"""Whether it is quantised, its rows and its columns."""

FNV_START, FNV_PRIME = np.uint32(2166136261), np.uint32(16777619)
SOME = 4096
"""Words whose vectors are made at a time."""


def is_fasttext(path: Path) -> bool:
    """Whether a file is fastText's own, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def load(path: Path) -> Vectors:
    """The vectors of the words, and of n-grams; ModelError for what is damaged or quantised."""
    try:
        return _load(path)
    except (struct.error, ValueError, IndexError) as error:
        raise ModelError(f"{path}: damaged: {error}") from error


def _load(path: Path) -> Vectors:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _, version, *numbers = HEADER.unpack_from(data)
        dimensions, bucket, least, most = numbers[0], *numbers[8:11]
        if version != VERSION:
            raise ModelError(f"{path}: version {version} of fastText's format; {VERSION} is known")
        size, count, _, _, pruned = DICTIONARY.unpack_from(data, HEADER.size)
        place = HEADER.size + DICTIONARY.size
        words = []
        for number in range(size):
            end = data.find(b"\0", place)
            if end < 0:
                raise ModelError(f"{path}: damaged: its words have no end")
            if number < count:
                words.append(data[place:end].decode("utf-8", "backslashreplace"))
            place = end + 1 + ENTRY.size
        place += max(0, pruned) * 8
        quantised, rows, columns = MATRIX.unpack_from(data, place)
    if quantised or pruned >= 0:
        raise ModelError(f"{path}: a quantised model of fastText; take the .bin that it is made of")
    parts = most > 0 and bucket > 0
    if columns != dimensions or rows != count + (bucket if parts else 0):
        raise ModelError(f"{path}: damaged: {rows} vectors of {columns} for {count} words")
    offset = place + MATRIX.size
    matrix: Any = np.memmap(path, "<f4", "r", offset, (rows, columns))
    own = np.array(matrix[:count], np.float32)
    if not parts:
        return Vectors(words, own)
    subwords = Subwords(np.array(matrix[count:], np.float32), least, most)
    for places, sums, grams in _sums(words, subwords):
        own[places] = (own[places] + sums) / np.float32(grams + 1)
    return Vectors(words, own, subwords=subwords)


def vector_of(word: str, subwords: Subwords) -> Any:
    """The mean of the vectors of a word's n-grams; of a word without any a vector of zeros."""
    for _, sums, grams in _sums([word], subwords):
        return sums[0] / np.float32(max(1, grams))
    return np.zeros(subwords.matrix.shape[1], np.float32)


def _sums(words: Sequence[str], subwords: Subwords) -> Iterator[tuple[list[int], Any, int]]:
    """Places of words that are alike in the bytes of their letters, the sums of the vectors of
    their n-grams, and how many each of them has."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for place, word in enumerate(words):
        alike.setdefault(tuple(len(char.encode()) for char in word), []).append(place)
    for sizes, places in alike.items():
        if not sizes:
            continue
        for start in range(0, len(places), SOME):
            some = places[start : start + SOME]
            rows = _rows([words[place] for place in some], (1, *sizes, 1), subwords)
            sums = np.zeros((len(some), subwords.matrix.shape[1]), np.float32)
            for column in rows:
                sums += subwords.matrix[column]
            yield some, sums, len(rows)


def _rows(words: Sequence[str], sizes: Sequence[int], subwords: Subwords) -> list[Any]:
    """For each n-gram the rows of the words' vectors for it: FNV-1a of its bytes, as signed ones.

    ``sizes`` are the bytes of the letters of each word, its brackets among them.
    """
    joined = "".join(f"<{word}>" for word in words).encode()
    signed = np.frombuffer(joined, np.int8).reshape(len(words), -1)
    letters = signed.astype(np.int32).astype(np.uint32)
    ends = [0, *accumulate(sizes)]
    rows = []
    for first in range(len(sizes)):
        found: Any = np.full(len(words), FNV_START)
        for last in range(first, min(first + subwords.most, len(sizes))):
            for byte in range(ends[last], ends[last + 1]):
                found = (found ^ letters[:, byte]) * FNV_PRIME
            alone = first == last and (first == 0 or last == len(sizes) - 1)
            if last - first + 1 >= subwords.least and not alone:
                rows.append(found % np.uint32(len(subwords.matrix)))
    return rows
