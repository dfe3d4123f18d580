"""Lines of scripts that run from the right.

Models give characters from the left to the right as they stand in the picture, also of those.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from unicodedata import bidirectional

CLASSES = {"L": "L", "EN": "N", "AN": "N", "ES": "S", "CS": "S", "ET": "T", "R": "R", "AL": "R"}
"""Of Unicode's bidirectional algorithm (UAX #9): Latin and other letters from the left, figures,
their signs inside and around, letters from the right; "." stands for all others."""
RIGHTWARDS = re.compile("N*L(?:[^R]*L)?N*|T*N(?:S?N|T)*")
"""What stays as it is in a line from the right: words in Latin letters, and figures."""
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def is_from_the_right(text: str) -> bool:
    """Whether most letters of a line are of a script that runs from the right."""
    classes = _classes(text)
    return classes.count("R") > classes.count("L")


def as_written(text: str) -> str:
    """A line from the right in the order in which it is written and read: turned round but for
    what runs from the left in it."""
    kept = [run.span() for run in RIGHTWARDS.finditer(_classes(text))]
    bounds = pairwise((0, *chain.from_iterable(kept), len(text)))
    parts = [
        text[start:end] if at % 2 else text[start:end].translate(MIRRORED)[::-1]
        for at, (start, end) in enumerate(bounds)
    ]
    return "".join(reversed(parts))


def _classes(text: str) -> str:
    return "".join(CLASSES.get(bidirectional(character), ".") for character in text)
