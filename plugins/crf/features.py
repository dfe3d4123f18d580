"""What the model sees of a text: its characters, their neighbours, and the words of a dictionary.

Texts are read together, as one stream of characters with blanks between them, by numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BLANKS = 2
"""Blanks before, between and behind the texts: as far as a feature looks."""
SPACE = 32
"""What white space is read as."""
OTHER = 0xFFFC
"""What characters beyond the first 65,536 are read as."""
CHINESE = (2, 3, 6)
"""Kinds of characters that words of the dictionary are made of: numbers, dates, all others."""
MARK = 5
"""The kind of characters that are neither letters nor digits."""
LONGEST = 6
"""Characters of the longest word of the dictionary that is looked for."""
FIRST, SECOND, THIRD = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35
"""Odd numbers to hash by (Knuth's multiplication; MurmurHash3)."""
PRIME = 0x01000193


class Table(NamedTuple):
    """A feature's weights have 2 ** ``bits`` rows; the row of an n-gram that begins at a character
    tells of the characters at each of the ``places`` from there."""

    places: tuple[int, ...]
    bits: int


TABLES: Mapping[str, Table] = {
    "character": Table((-2, -1, 0, 1, 2), 16),
    "pair": Table((-1, 0, 1, 2), 19),
    "triple": Table((0, 1, 2), 19),
    "apart": Table((1,), 17),
    "kinds": Table((0,), 15),
    "repeated": Table((0,), 8),
    "words": Table((-1, 0, 1), 8),
    "starting": Table((0,), 14),
    "ending": Table((0,), 14),
    "inside": Table((0,), 14),
}
"""``pair`` and ``triple`` are of characters that follow each other, ``apart`` is of one and the one
after the next; ``kinds`` are those of five characters, ``repeated`` is which of them are the same;
``words`` are how long the longest words of the dictionary are that start at a character, end at it
and go on over it; ``starting``, ``ending`` and ``inside`` one of these with the character."""


def stream(texts: Sequence[str]) -> tuple[Array, Array]:
    """The texts' code points with blanks (0) around each, and where each text starts."""
    blank = "\0" * BLANKS
    joined = blank + "".join(text + blank for text in texts)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.cumsum(lengths + BLANKS) - lengths
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32), starts


def shifted(given: Array, places: int) -> Array:
    """What stands so many places behind each (before, if negative); all ends are blanks."""
    return np.roll(given, -places)


def hashed(keys: Array, by: int, bits: int) -> Array:
    """Keys of 32 bits as numbers of fewer."""
    return (keys * by) >> (32 - bits)


def strings(codes: Array, longest: int) -> Iterator[Array]:
    """For each length from 2 on, the hashes of the strings that start at each character."""
    found = wide = codes.astype(np.uint32)
    for length in range(2, longest + 1):
        wide = shifted(wide, 1)
        found = found * PRIME + wide * FIRST + length
        found ^= found >> 13
        yield found


class Lexicon:
    """A set of words as a Bloom filter: of words that are not in it, one in 650 seems to be."""

    def __init__(self, filled: Array) -> None:
        """``filled``: eight bits to a byte, the lowest first; a power of two of them."""
        self.filled = filled
        self.bits = (len(filled) * 8 - 1).bit_length()

    def add(self, hashes: Array) -> None:
        """Put in the words of these hashes."""
        for at in self._places(hashes):
            np.bitwise_or.at(self.filled, at >> 3, (1 << (at & 7)).astype(np.uint8))

    def find(self, hashes: Array) -> Array:
        """The places of those hashes whose words are in it."""
        first, second = self._places(hashes)
        found = np.flatnonzero(self._has(first))
        return found[self._has(second[found])]

    def _has(self, at: Array) -> Array:
        found: Array = self.filled.take(at >> 3) >> (at & 7).astype(np.uint8) & 1
        return found.view(np.bool_)

    def _places(self, hashes: Array) -> tuple[Array, Array]:
        return hashed(hashes, FIRST, self.bits), hashed(hashes ^ (hashes >> 15), SECOND, self.bits)


class Reader:
    """Reads texts as the model's tables say."""

    def __init__(self, characters: Array, kinds: Array, lexicon: Lexicon) -> None:
        """``characters`` (uint16) and ``kinds`` (uint8, below 8): what each of the first 65,536
        characters is read as, and of what kind that is."""
        self.characters, self.kinds, self.lexicon = characters, kinds, lexicon

    def codes(self, points: Array) -> Array:
        """What code points are read as."""
        return self.characters.take(np.where(points > 0xFFFF, OTHER, points))

    def marks(self, codes: Array) -> tuple[Array, Array]:
        """Which marks of ASCII stand behind a Chinese character, and which before one: no word has
        both, but a list's number may ("3.苹果"), which the model has not seen."""
        chinese = self._chinese(self.kinds.take(codes))
        mark = (codes < 128) & (self.kinds.take(codes) == MARK)
        return mark & shifted(chinese, -1), mark & shifted(chinese, 1)

    def features(self, codes: Array) -> dict[str, Array]:
        """For each table the rows of the characters."""
        one = codes.astype(np.uint32)
        two, after = shifted(one, 1), shifted(one, 2)
        pair, apart = (one << 16) | two, (one << 16) | after
        triple = ((pair * SECOND) ^ (pair >> 16)) + after * THIRD
        kind = self.kinds.take(codes).astype(np.uint32)
        kinds = repeated = np.zeros_like(one)
        for place in range(-2, 3):
            kinds = kinds * 8 + shifted(kind, place)
        beside, across = one == two, one == after
        same = ((across, -1), (across, 0), (across, -2), (beside, 0), (beside, -1))
        for where, place in same:
            repeated = repeated * 2 + shifted(where, place)
        lengths = self.lengths(codes, kind)
        found = {
            "character": one,
            "pair": hashed(pair, FIRST, TABLES["pair"].bits),
            "triple": hashed(triple, FIRST, TABLES["triple"].bits),
            "apart": hashed(apart, SECOND, TABLES["apart"].bits),
            "kinds": kinds,
            "repeated": repeated * 8 + kind,
            "words": (lengths[0] * 6 + lengths[1]) * 6 + lengths[2],
        }
        for number, name in enumerate(("starting", "ending", "inside")):
            key = one * 8 + lengths[number] + ((number + 1) << 20)
            found[name] = hashed(key, FIRST, TABLES[name].bits)
        return found

    def lengths(self, codes: Array, kind: Array) -> Array:
        """How long the longest word is that starts at each character, ends there, and goes on over
        it: (3, characters), 0 for none, 1 for two characters, and so on."""
        found = np.zeros((3, len(codes)), np.uint32)
        chinese = run = self._chinese(kind)
        for size, hashes in enumerate(strings(codes, LONGEST), 1):
            run = run & shifted(chinese, size)
            at = np.flatnonzero(run)
            at = at[self.lexicon.find(hashes[at])]
            found[0, at] = found[1, at + size] = size
            for middle in range(1, size):
                found[2, at + middle] = size
        return found

    def _chinese(self, kind: Array) -> Array:
        return np.isin(np.arange(8), CHINESE).take(kind)
