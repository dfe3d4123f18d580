"""Labelled points as a picture, by matplotlib: an extra, ``pip install 'nlptool[plot]'``."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from nlptool.config.paths import FONT, packaged
from nlptool.errors import OutputError, library_missing

SUFFIXES = {".png": "png", ".svg": "svg"}
BASE = "DejaVu Sans"
"""The font that comes with matplotlib."""
PLACEHOLDERS = "Last Resort"
"""Matplotlib's font that has a box for every letter there is."""
INCHES = (10.0, 7.5)
DPI = 150
COLOURS = 10


def draw(
    points: Sequence[tuple[float, float]], labels: Sequence[str], groups: Sequence[int], kind: str
) -> bytes:
    """A png or svg of the points, each with its label, in its group's colour.

    An svg keeps labels as text, for its reader's fonts. OutputError where a png's labels have
    letters that no installed font has.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.font_manager import fontManager
    except ImportError as error:
        raise library_missing("matplotlib", "nlptool[plot]") from error
    fontManager.addfont(packaged(FONT))
    fonts = [
        (font.name, font.fname)
        for font in reversed(fontManager.ttflist)
        if not font.name.startswith(PLACEHOLDERS)
    ]
    families, missing = families_for(set("".join(labels)), fonts)
    if missing and kind == "png":
        raise OutputError(
            f"no installed font has {''.join(missing[:5])}; install one that does "
            "(on Debian: fonts-noto-cjk), or write .svg"
        )
    settings: dict[str, Any] = {
        "font.family": families,
        "svg.fonttype": "none",
        "svg.hashsalt": "nlptool",
    }
    with rc_context(settings):
        figure = Figure(figsize=INCHES)
        axes = figure.add_subplot()
        axes.set_axis_off()
        for (x, y), label, group in zip(points, labels, groups, strict=True):
            colour = f"C{group % COLOURS}"
            axes.plot(x, y, "o", color=colour, markersize=4)
            text = label.replace("$", r"\$")
            axes.annotate(text, (x, y), (3, 3), textcoords="offset points", color=colour)
        out = io.BytesIO()
        metadata = {"Date": None} if kind == "svg" else {}
        figure.savefig(out, format=kind, dpi=DPI, bbox_inches="tight", metadata=metadata)
    return out.getvalue()


def families_for(
    letters: Iterable[str], fonts: Iterable[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """The families to write ``letters`` in, and those that none of ``fonts`` (name, file) has."""
    from matplotlib.font_manager import findfont

    families = [BASE]
    missing = _without(letters, findfont(BASE))
    for name, file in fonts:
        if not missing:
            break
        left = _without(missing, file)
        if len(left) < len(missing):
            families.append(name)
            missing = left
    return families, sorted(missing)


def _without(letters: Iterable[str], file: str) -> set[str]:
    """The letters that a font file does not have."""
    from matplotlib.ft2font import FT2Font

    there = FT2Font(file).get_charmap()
    return {letter for letter in letters if letter.isprintable() and ord(letter) not in there}
