"""What segment-zh is trained on: People's Daily, and the words of jieba's dictionary."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import jieba
import numpy as np
import opencc
from nlptool_plugins.crf.features import BLANKS, LONGEST, SPACE, Array, Lexicon, Reader, strings

HELD_OUT = 900
"""Lines at the end of the month that choose between settings and are never trained on."""
LEXICON = 1 << 24
"""Bits for the dictionary's words."""
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
MARKS = "，。！？；："
PIECE = 64
"""Characters at most that are trained on at once, but for a last word."""

Line = list[str]


def corpus(path: Path) -> list[Line]:
    """The words of each line of a file of ``word/tag``."""
    lines = [
        [token.rpartition("/")[0] for token in line.split()]
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [line for line in lines if line]


def without(lines: Sequence[Line], others: Sequence[str]) -> list[Line]:
    """The lines that are none of the others, whatever their width and their white space."""
    known = {_alike(other) for other in others}
    return [line for line in lines if _alike("".join(line)) not in known]


def _alike(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))


def reader() -> Reader:
    """Characters as the model is to read them, their kinds, and the dictionary."""
    characters = np.arange(1 << 16, dtype=np.uint16)
    to_simplified = opencc.OpenCC("t2s").convert
    for code in (*range(0xD800), *range(0xE000, 1 << 16)):
        character = chr(code)
        if HAN.match(character):
            character = to_simplified(character)
        characters[code] = ord(_stand_in(character)) if character <= "\uffff" else code
    kinds = np.array([_kind(chr(code)) for code in range(1 << 16)], np.uint8)
    made = Reader(characters, kinds, Lexicon(np.zeros(LEXICON // 8, np.uint8)))
    for words in dictionary():
        size = len(words[0])
        codes = made.codes(points("".join(words)))
        *_, hashes = strings(np.concatenate([codes, codes[:LONGEST]]), size)
        made.lexicon.add(hashes[: len(codes) : size])
    return made


def points(text: str) -> Array:
    """A text's code points."""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _stand_in(character: str) -> str:
    """One digit for all, one Latin letter for all, one white space, and marks in ASCII."""
    wide = unicodedata.normalize("NFKC", character) if character > "\uff00" else character
    character = wide if len(wide) == 1 else character
    if character.isspace():
        return chr(SPACE)
    if "0" <= character <= "9":
        return "0"
    if character.isalpha() and character <= "\u024f":
        return "a"
    return {"“": '"', "”": '"', "‘": "'", "’": "'", "○": "零", "〇": "零"}.get(character, character)


def _kind(character: str) -> int:
    if character in "\0\1":
        return 0
    if character in "零一二三四五六七八九十百千万亿两":
        return 2
    if character in "年月日时分秒":
        return 3
    if character in "0a":
        return 1 if character == "0" else 4
    if "\u3400" <= character <= "\u9fff":
        return 6
    return 7 if character.isalnum() else 5


def dictionary() -> Iterator[list[str]]:
    """The words of jieba's dictionary that the model looks for, by their lengths."""
    lines = Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines]
    for size in range(2, LONGEST + 1):
        yield [word for word in words if len(word) == size]


def halved(line: Line) -> Line:
    """A line with stops and commas in half width, as some people type them."""
    return [{"。": ".", "，": ","}.get(word, word) for word in line]


class Batch:
    """Lines as the model reads them: ``codes``, ``tags`` beside them, and the ``starts`` and
    ``lengths`` of the pieces that are trained on."""

    def __init__(self, lines: Sequence[Line], made: Reader) -> None:
        blank = [0] * BLANKS
        tags: list[int] = [*blank]
        pieces: list[tuple[int, int]] = []
        for line in lines:
            start = len(tags)
            for word in line:
                tags += [3] if len(word) == 1 else [0, *[1] * (len(word) - 2), 2]
                size = len(tags) - start
                if size >= PIECE or (word in MARKS and size > 3):
                    pieces.append((start, size))
                    start = len(tags)
            if start < len(tags):
                pieces.append((start, len(tags) - start))
            tags += blank
        text = "".join("\0" * BLANKS + "".join(line) for line in lines) + "\0" * BLANKS
        self.codes, self.tags = made.codes(points(text)), np.array(tags)
        self.starts, self.lengths = np.array(pieces).T


def batches(lines: Sequence[Line], made: Reader, seed: int, size: int = 64) -> Iterator[Batch]:
    """The lines in an order of the seed's, one in ten with marks in half width."""
    dice = random.Random(seed)
    shuffled = [halved(line) if dice.random() < 0.1 else line for line in lines]
    dice.shuffle(shuffled)
    for start in range(0, len(shuffled), size):
        yield Batch(shuffled[start : start + size], made)
