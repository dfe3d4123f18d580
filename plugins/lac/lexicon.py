"""What LAC's network reads: a text as ids, most of a word each, some of a character.

Its dictionaries lie in LAC's ``conf`` folder. ``small_seg.dic`` has words with their counts; a text
is first cut into as few of them as can be. ``word.dic`` numbers what the network knows: words and
characters. ``q2b.dic`` gives for full-width and traditional characters the usual ones. ``tag.dic``
numbers the tags, later lines going before earlier ones: ``PER-B`` begins a name of a person,
``PER-I`` goes on with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from nlptool.adapter import Setup
from nlptool.errors import ModelError

UNKNOWN = "OOV"
SIGN = re.compile("[a-zA-Z0-9]")


class Pieces(NamedTuple):
    """A text as the network gets it: ids, and of how many characters each is."""

    ids: list[int]
    lengths: list[int]


class Lexicon:
    """LAC's dictionaries, and how a text is cut by them."""

    def __init__(self, setup: Setup) -> None:
        """ModelError where one of the files is missing or not as it should be."""
        try:
            self.ids = {name: int(number) for number, name in _pairs(setup.file("conf/word.dic"))}
            self.usual = dict(_pairs(setup.file("conf/q2b.dic")))
            self.tags = {int(key): tag for key, tag in _pairs(setup.file("conf/tag.dic"))}
            words = [line.split(" ") for line in _lines(setup.file("conf/small_seg.dic"))]
            total = sum(int(count) for _, count in words)
            self.unknown = self.ids[UNKNOWN]
        except (KeyError, ValueError) as error:
            raise ModelError(
                f"model {setup.model}: its dictionaries are damaged: {error}"
            ) from error
        self.costs: dict[str, float | None] = {}
        """Of a word, what it adds to a cut; None for the beginning of a longer one."""
        for word, _ in words:
            for end in range(1, len(word)):
                self.costs.setdefault(word[:end])
            self.costs[word] = math.log(len(word)) - math.log(total)
        self.single = -math.log(total)

    def read(self, text: str) -> Pieces:
        """The text's ids: of a word where the network knows it, else of its characters."""
        ids: list[int] = []
        lengths: list[int] = []
        for word in self._cut(text):
            if word in self.ids:
                ids.append(self._id(word))
                lengths.append(len(word))
            else:
                ids += map(self._id, word)
                lengths += [1] * len(word)
        return Pieces(ids, lengths)

    def _id(self, word: str) -> int:
        return self.ids.get(self.usual.get(word, word), self.unknown)

    def _cut(self, text: str) -> Iterator[str]:
        """The words of the best cut, single letters and digits put together."""
        signs = ""
        start = 0
        for end in self.ends(text):
            if end == start + 1 and SIGN.match(text[start]):
                signs += text[start]
            else:
                if signs:
                    yield signs
                    signs = ""
                yield text[start:end]
            start = end
        if signs:
            yield signs

    def ends(self, text: str) -> Iterator[int]:
        """Where each word of the best cut ends: the dearest sum of costs, then the longest word."""
        count = len(text)
        best = [0.0] * (count + 1)
        ends = [0] * count
        costs = self.costs
        for start in range(count - 1, -1, -1):
            top, goal = self.single + best[start + 1], start + 1
            end = start + 1
            word = text[start]
            while word in costs:
                cost = costs[word]
                if cost is not None and cost + best[end] >= top:
                    top, goal = cost + best[end], end
                end += 1
                if end > count:
                    break
                word = text[start:end]
            best[start], ends[start] = top, goal
        start = 0
        while start < count:
            start = ends[start]
            yield start


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").strip("\n").split("\n")


def _pairs(file: Path) -> Iterator[tuple[str, str]]:
    """The lines of two fields; LAC passes over others."""
    for line in _lines(file):
        fields = line.split("\t")
        if len(fields) == 2:
            yield fields[0], fields[1]
