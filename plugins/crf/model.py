"""A conditional random field over a text's characters (Lafferty et al. 2001), whose weights are
tables of n-grams in 8 bits."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from nlptool.errors import ModelError

from .decoding import TAGS, Steps, word_ends
from .features import SPACE, TABLES, Array, Lexicon, Reader, shifted, stream

PIECE = re.compile(r".{3,255}?(?:[，。！？；：](?![0-9０-９])|\s)|.{1,256}", re.DOTALL)
"""What is cut by itself: a mark or white space ends a word. Without one, as many characters."""
SURE = 1 << 20
"""A score that no sum of weights reaches."""


class Model:
    """Tells where words end."""

    def __init__(self, path: Path) -> None:
        """Read ``path``, an .npz; ModelError for what is none of this model's.

        It has ``characters``, ``kinds`` and ``words`` as ``Reader`` takes them, ``transitions``
        (4, 4) and for each of ``TABLES`` ``weights.NAME``, int8 (rows, places, 4), by TAGS.
        """
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                stored = {name: arrays[name] for name in arrays.files}
            self.reader = Reader(stored["characters"], stored["kinds"], Lexicon(stored["words"]))
            self.transitions = stored["transitions"].astype(np.int32)
            self.tables = {name: packed(stored[f"weights.{name}"]) for name in TABLES}
        except (OSError, KeyError, ValueError, EOFError, BadZipFile, zlib.error) as error:
            raise ModelError(f"{path}: damaged: {error}") from error
        shapes = {name: (1 << table.bits, len(table.places)) for name, table in TABLES.items()}
        if {name: table.shape for name, table in self.tables.items()} != shapes:
            raise ModelError(f"{path}: of another version of this model")

    def word_ends(self, texts: Sequence[str], more: Sequence[Array] = ()) -> list[Array]:
        """For each text the places in it where its words end.

        ``more``: for each text (4, characters), int32, by TAGS, what is added to the scores, if
        anything is.
        """
        points, starts = stream(texts)
        codes = self.reader.codes(points)
        pieces = [
            (start + found.start(), found.end() - found.start())
            for start, text in zip(starts.tolist(), texts, strict=True)
            for found in PIECE.finditer(text)
        ]
        first, lengths = np.array(pieces, np.int64).reshape(-1, 2).T
        steps = Steps(first, lengths)
        scores = self._scores(codes, steps.places)
        if more:
            added = np.zeros((len(TAGS), len(codes)), np.int32)
            for start, given in zip(starts.tolist(), more, strict=True):
                added[:, start : start + given.shape[1]] = given
            scores += added[:, steps.places]
        ends = np.zeros(len(codes), np.bool_)
        ends[steps.places] = word_ends(scores, self.transitions, steps)
        places = np.flatnonzero(ends)
        bounds = np.searchsorted(places, [*starts.tolist(), len(codes)])
        return [
            places[low:high] - start + 1
            for low, high, start in zip(bounds[:-1], bounds[1:], starts, strict=True)
        ]

    def _scores(self, codes: Array, places: Array) -> Array:
        """The tags' scores (4, places) in int32, each higher than it is by the same number."""
        total = np.zeros(len(codes), np.uint64)
        for name, rows in self.reader.features(codes).items():
            # take is many times quicker than an index
            found = self.tables[name].take(rows, 0)
            for column, place in enumerate(TABLES[name].places):
                _add(total, found[:, column], place)
        lanes = total.take(places).view(np.uint16).reshape(-1, len(TAGS))
        scores = np.ascontiguousarray(lanes.T.astype(np.int32))
        scores[TAGS.index("S"), codes[places] == SPACE] += SURE
        # the hyphen of 2024-05-06, which People's Daily does not write
        dates = (codes == ord("-")) & (shifted(codes, -1) == ord("0"))
        scores[TAGS.index("S"), dates[places]] += SURE
        before, behind = self.reader.marks(codes)
        for tags, where in (("ME", before), ("BM", behind)):
            for tag in tags:
                scores[TAGS.index(tag), where[places]] -= SURE
        return scores


def packed(weights: Array) -> Array:
    """Weights of int8 (rows, places, 4) as numbers of 64 bits (rows, places): the four tags' as 16
    bits each, above zero by 128, so that one addition adds all four and none carries over."""
    lanes = weights.astype(np.int16) + 128
    return np.ascontiguousarray(lanes).view(np.uint64).reshape(weights.shape[:2])


def _add(total: Array, found: Array, place: int) -> None:
    """Add what n-grams tell of the characters at this place from where they begin."""
    if place > 0:
        total[place:] += found[:-place]
    elif place < 0:
        total[:place] += found[-place:]
    else:
        total += found
