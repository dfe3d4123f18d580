"""What a line of text says: PP-OCR's recognition model.

The model reads a strip 48 pixels high and gives, every 8 pixels, the probability of each character
and of none (CTC, Graves et al. 2006). Strips run alone: no padding is computed, and what a line
says does not depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlptool.errors import ModelError

from .characters import known_characters
from .session import open_session
from .strips import Strip
from .windows import windows

STEP = 8
NARROWEST = 48
LONGEST, MARGIN = 2400, 240
"""Longer strips are read in windows that overlap by twice the margin, in pixels."""
NEAR = 2
"""Windows are joined where both see nothing in so many steps on either side, if anywhere."""


class Reading(NamedTuple):
    """What a strip says: its characters, the probability of each, and where the middle of each
    stands, from 0 at the strip's left to 1."""

    characters: list[str]
    certainty: NDArray[np.float32]
    places: NDArray[np.float64]

    @property
    def text(self) -> str:
        """The characters together."""
        return "".join(self.characters)

    @property
    def confidence(self) -> float:
        """The mean probability of the characters, 0 where there are none."""
        return float(self.certainty.mean()) if len(self.certainty) else 0.0

    def words(self) -> list[tuple[int, int]]:
        """The characters between spaces, as first and behind the last."""
        spaces = [at for at, character in enumerate(self.characters) if character.isspace()]
        bounds = pairwise((-1, *spaces, len(self.characters)))
        return [(before + 1, after) for before, after in bounds if after > before + 1]

    def edge(self, at: int) -> float:
        """Where the character ``at`` begins, and the one before it ends."""
        if at in (0, len(self.places)):
            return float(at > 0)
        return float(self.places[at - 1 : at + 1].mean())


class Steps(NamedTuple):
    """The best character at each step, 0 for none, and its probability."""

    best: NDArray[np.int64]
    certainty: NDArray[np.float32]


class Recognizer:
    """The model on one thread; calls may run side by side."""

    def __init__(self, file: Path, dictionaries: Sequence[Path] = ()) -> None:
        self.session = open_session(file, 1)
        self.input = self.session.get_inputs()[0].name
        metadata = self.session.get_modelmeta().custom_metadata_map
        known = known_characters(metadata, dictionaries, file.name)
        self.characters = np.array(["", *known, " "])
        classes = self.session.get_outputs()[0].shape[-1]
        if isinstance(classes, int) and classes != len(self.characters):
            raise ModelError(
                f"{file.name} knows {classes} characters, and {len(self.characters)} are named"
            )

    def __call__(self, strip: Strip) -> Reading:
        """What a strip (48, width, 3) of RGB pixels says."""
        width = strip.shape[1]
        parts = windows(width, LONGEST, MARGIN, STEP)
        steps = self._steps(strip[:, : parts[0].end])
        for before, part in pairwise(parts):
            steps = _joined(
                steps, self._steps(strip[:, part.start : part.end]), before.end, part.start
            )
        new = np.append(True, steps.best[1:] != steps.best[:-1]) & (steps.best != 0)
        places = (np.flatnonzero(new) + 0.5) * STEP / max(width, NARROWEST)
        return Reading(self.characters[steps.best[new]].tolist(), steps.certainty[new], places)

    def _steps(self, strip: Strip) -> Steps:
        fed = strip[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
        if strip.shape[1] < NARROWEST:
            fed = np.pad(fed, ((0, 0), (0, 0), (0, 0), (0, NARROWEST - strip.shape[1])))
        (probabilities,) = self.session.run(None, {self.input: fed})
        return Steps(probabilities[0].argmax(axis=1), probabilities[0].max(axis=1))


def _joined(left: Steps, right: Steps, end: int, start: int) -> Steps:
    """Two readings of a strip, the left one up to the pixel ``end``, the right one from ``start``.

    Both have seen what lies between; they are joined in the middle of the longest run of steps in
    which neither sees a character, the nearest to the middle of all that they share.
    """
    first = start // STEP
    shared = min(len(left.best) - first, len(right.best))
    nothing = (left.best[first : first + shared] == 0) & (right.best[:shared] == 0)
    clear = np.convolve(nothing, np.ones(2 * NEAR + 1), "same")
    away = np.abs(np.arange(shared) - shared / 2)
    cut = int(np.lexsort((away, -clear))[0]) if shared else 0
    return Steps(
        np.concatenate((left.best[: first + cut], right.best[cut:])),
        np.concatenate((left.certainty[: first + cut], right.certainty[cut:])),
    )
