"""How much of a page is read wrong: in characters, in words, and in words whatever their order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from nlptool.errors import RecordError
from nlptool.tasks.base import Row
from nlptool.tasks.page_text import WIDE
from nlptool.tasks.picture import Page
from nlptool.tasks.scoring.base import Scores

WORD = re.compile(rf"{WIDE}|(?:(?!{WIDE})\S)+")
"""A word is what stands between spaces; of Chinese and Japanese, a character."""
ENDINGS = (".gt.txt", ".txt")
"""Behind a picture's name, without its suffix, these name a file with what it says."""


class TextScorer:
    """The truth is a page's text. Runs of white space count as one space, none between characters
    of Chinese and Japanese."""

    columns = ("text", "truth", "gold", "reference")

    def __init__(self) -> None:
        self.wrong = Counter[str]()
        self.whole = Counter[str]()

    def truth_of(self, row: Row) -> str:
        """What stands in the file beside a picture; of a document, behind the form feed of its
        page."""
        picture = Path(row["file"])
        files = [picture.with_name(picture.stem + ending) for ending in ENDINGS]
        file = next((file for file in files if file.is_file()), None)
        if file is None:
            raise RecordError(f"no {files[0].name} beside it with what it says")
        try:
            pages = file.read_text(encoding="utf-8-sig").split("\f")
        except (OSError, ValueError) as error:
            raise RecordError(f"{file}: cannot be read: {error}") from error
        number: int = row["page"]
        if number > len(pages):
            raise RecordError(f"{file} has {len(pages)} pages (a form feed stands between pages)")
        return pages[number - 1]

    def add(self, truth: Any, result: Page | None) -> dict[str, float]:
        """Count a page; of a failed one, nothing was read."""
        if not isinstance(truth, str):
            raise RecordError(f"expected a text, found {truth!r}")
        read = "\n".join(line.text for line in result.lines) if result else ""
        words, found = WORD.findall(truth), WORD.findall(read)
        characters = normal(truth)
        counts = {
            "cer": (distance(characters, normal(read)), len(characters)),
            "wer": (distance(words, found), len(words)),
            "lost": ((Counter(words) - Counter(found)).total(), len(words)),
        }
        for name, (wrong, whole) in counts.items():
            self.wrong[name] += wrong
            self.whole[name] += whole
        return {name: wrong / max(1, whole) for name, (wrong, whole) in counts.items()}

    def scores(self) -> Scores:
        """``cer`` and ``wer``: characters and words that are wrong, missing or too many, by those
        of the truth, so that a page read in another order is wrong; ``lost``: the share of words
        that are nowhere."""
        names = ("cer", "wer", "lost")
        return Scores({name: self.wrong[name] / max(1, self.whole[name]) for name in names})


def normal(text: str) -> str:
    """The text with its white space made equal."""
    spaced = " ".join(text.split())
    return re.sub(rf"(?<={WIDE}) (?={WIDE})", "", spaced)


def distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """The distance of Levenshtein: a column of its table at a time, as the bits of a number (Myers
    1999, https://doi.org/10.1145/316542.316550; as Hyyrö 2001 has it)."""
    if not one:
        return len(other)
    places: dict[Hashable, int] = {}
    for at, item in enumerate(one):
        places[item] = places.get(item, 0) | 1 << at
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    more, less, found = full, 0, len(one)
    for item in other:
        equal = places.get(item, 0)
        down = equal | less
        right = (((equal & more) + more) ^ more) | equal
        up, low = less | (~(right | more) & full), more & right
        found += bool(up & last) - bool(low & last)
        up, low = (up << 1 | 1) & full, low << 1 & full
        more, less = low | (~(down | up) & full), up & down
    return found
