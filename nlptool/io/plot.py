"""Figures as pictures, by matplotlib: an extra, ``pip install 'nlptool[plot]'``."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from nlptool.config.paths import FONT, packaged
from nlptool.errors import OutputError, UsageError, library_missing

SUFFIXES = {".png": "png", ".svg": "svg"}
BASE = "DejaVu Sans"
"""The font that comes with matplotlib."""
PLACEHOLDERS = "Last Resort"
"""Matplotlib's font that has a box for every letter there is."""
INCHES = (10.0, 7.5)
DPI = 150
COLOURS = 10


Paint = Callable[[Any], None]
"""Draws on a figure of matplotlib."""


def kind_of(path: Path) -> str:
    """png or svg, by the suffix; UsageError for others."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"{path}: expected a name that ends in .png or .svg")
    return kind


def draw(
    points: Sequence[tuple[float, float]], labels: Sequence[str], groups: Sequence[int], kind: str
) -> bytes:
    """The points, each with its label, in its group's colour."""

    def paint(figure: Any) -> None:
        axes = figure.add_subplot()
        axes.set_axis_off()
        for (x, y), label, group in zip(points, labels, groups, strict=True):
            colour = f"C{group % COLOURS}"
            axes.plot(x, y, "o", color=colour, markersize=4)
            text = plain(label)
            axes.annotate(text, (x, y), (3, 3), textcoords="offset points", color=colour)

    return picture(paint, labels, kind)


def matrix(
    rows: Sequence[Sequence[float]], below: Sequence[str], across: Sequence[str], kind: str
) -> bytes:
    """Numbers from 0 to 1 as squares, the greater the darker; ``below`` names the rows."""

    def paint(figure: Any) -> None:
        axes = figure.add_subplot()
        squares(axes, rows, below, across)
        figure.colorbar(axes.images[0], shrink=0.8)

    return picture(paint, [*below, *across], kind)


def squares(
    axes: Any, rows: Sequence[Sequence[float]], below: Sequence[str], across: Sequence[str]
) -> None:
    """A matrix on axes of matplotlib."""
    axes.imshow(rows, cmap="Blues", vmin=0)
    wide = max((len(label) for label in across), default=0) > 1
    axes.set_xticks(range(len(across)), map(plain, across), rotation=90 if wide else 0)
    axes.set_yticks(range(len(below)), map(plain, below))
    axes.tick_params(length=0, labeltop=True, labelbottom=False)


def plain(label: str) -> str:
    """A label in which nothing is mathematics."""
    return label.replace("$", r"\$")


def picture(
    paint: Paint, labels: Iterable[str], kind: str, inches: tuple[float, float] = INCHES
) -> bytes:
    """A png or svg of what ``paint`` draws, whose texts have the letters of ``labels``.

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
        figure = Figure(figsize=inches)
        paint(figure)
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
