"""Attention as pictures: a grid of heads; one head as arcs between words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nlptool.errors import UsageError
from nlptool.io import plot
from nlptool.io.drawings.drawing import Drawing
from nlptool.tasks.attention import Attention, label

FAINT = 0.25
"""An arc is drawn for a weight of this part of the largest one between words."""
TOLD = 0.6
"""And its number for one of this part."""
MOST_HEADS = 1024
MOST_TOKENS = 200
WIDEST = 4.0
"""The width of the largest arc, in points."""
RISE = 0.35
"""The height of an arc for each unit between its words; a unit is about the width of a letter."""
LEFT, RIGHT, GREY = "C0", "C1", "0.8"
COLUMNS = 4
"""Heads side by side, where there is one layer or one head of each."""


class AttentionDrawing(Drawing, frozen=True):
    """A square for each head, layers from top to bottom; arcs where there is but one head."""

    def paint(self, figure: Any, result: Attention) -> None:
        """Draw the heads; UsageError for more than fit."""
        if len(result.tokens) > MOST_TOKENS:
            raise UsageError(
                f"a picture has at most {MOST_TOKENS} tokens, not {len(result.tokens)}"
            )
        if len(result.layers) * len(result.heads) > MOST_HEADS:
            raise UsageError(f"a picture has at most {MOST_HEADS} heads; choose a --layer")
        if len(result.layers) == len(result.heads) == 1:
            _arcs(figure.add_subplot(), result)
        else:
            _grid(figure, result)

    def labels(self, result: Attention) -> Iterator[str]:
        """The tokens."""
        return map(label, result.tokens)

    def inches(self, result: Attention) -> tuple[float, float]:
        """Wide for many words, or for many heads."""
        if len(result.layers) == len(result.heads) == 1:
            width = max(7.0, 0.13 * _places(result)[-1])
            return width, 0.75 * width
        if _is_row(result):
            count = max(len(result.layers), len(result.heads))
            columns = min(count, COLUMNS)
            return 3.2 * columns, 3.4 * -(-count // columns) + 0.5
        return max(5.0, 1.3 * len(result.heads) + 0.6), max(2.5, 1.35 * len(result.layers) + 0.8)


def _is_row(result: Attention) -> bool:
    return 1 in (len(result.layers), len(result.heads))


def _grid(figure: Any, result: Attention) -> None:
    heads = [
        (row, column, layer, head)
        for row, layer in enumerate(result.layers)
        for column, head in enumerate(result.heads)
    ]
    named = _is_row(result)
    columns = min(len(heads), COLUMNS) if named else len(result.heads)
    places = figure.subplots(-(-len(heads) // columns), columns, squeeze=False).ravel()
    words = [plot.plain(label(token)) for token in result.tokens]
    for axes in places[len(heads) :]:
        axes.set_axis_off()
    for axes, (row, column, layer, head) in zip(places, heads, strict=False):
        axes.imshow(result.weights[row, column], cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks([])
        axes.set_yticks([])
        if named:
            axes.set_title(f"layer {layer}, head {head}", fontsize=8)
            axes.set_xticks(range(len(words)), words, fontsize=6, rotation=90)
            axes.set_yticks(range(len(words)), words, fontsize=6)
            axes.tick_params(length=0)
            continue
        if row == 0:
            axes.set_title(f"head {head}", fontsize=8)
        if column == 0:
            axes.set_ylabel(f"layer {layer}", fontsize=8)
    title = f"rows look at columns: {plot.plain(_text(result))}"
    figure.text(0.5, 0.93, title, fontsize=9, ha="center")
    if named:
        figure.subplots_adjust(wspace=0.35, hspace=0.45)


def _places(result: Attention) -> list[float]:
    """Where the middle of each word is, and last where all end, in widths of letters."""
    found, end = [], 0.0
    for token in result.tokens:
        width = max(2.0, sum(1.8 if ord(sign) > 0x2E80 else 1.0 for sign in label(token))) + 1.5
        found.append(end + width / 2)
        end += width
    return [*found, end]


def _arcs(axes: Any, result: Attention) -> None:
    """Arcs to the left above the words, to the right below; grey to tokens that are no text."""
    from matplotlib.patches import Arc

    weights, places = result.weights[0, 0], _places(result)
    count, special = len(result.tokens), {*result.special}
    pairs = [(i, j, float(weights[i, j])) for i in range(count) for j in range(count) if i != j]
    largest = max((w for i, j, w in pairs if not {i, j} & special), default=1.0) or 1.0
    reach = 3.0
    for place, seen, weight in pairs:
        grey, share = bool({place, seen} & special), min(1.0, weight / largest)
        if share < FAINT:
            continue
        side = 1 if seen < place else -1
        colour = GREY if grey else LEFT if side > 0 else RIGHT
        width = abs(places[place] - places[seen])
        height, base = RISE * width, 1.1 * side
        middle = (places[place] + places[seen]) / 2
        axes.add_patch(
            Arc(
                (middle, base),
                width,
                2 * height,
                theta1=0 if side > 0 else 180,
                theta2=180 if side > 0 else 360,
                color=colour,
                linewidth=0.8 if grey else WIDEST * share,
                alpha=1.0 if grey else 0.2 + 0.8 * share,
                zorder=1 if grey else 2 + share,
            )
        )
        reach = max(reach, height + 2.5)
        if share >= TOLD and not grey:
            axes.text(
                middle,
                base + side * (height + 0.7),
                f"{weight:.2f}",
                fontsize=7,
                color=colour,
                ha="center",
                va="center",
                zorder=9,
            )
    for place, token in enumerate(result.tokens):
        colour = "0.6" if place in special else "black"
        axes.text(
            places[place], 0, plot.plain(label(token)), ha="center", va="center", color=colour
        )
    axes.set(xlim=(0, places[-1]), ylim=(-reach, reach))
    axes.set_axis_off()
    axes.set_title(
        f"layer {result.layers[0]}, head {result.heads[0]}: above, what words see to their left; "
        "below, to their right",
        fontsize=9,
    )


def _text(result: Attention) -> str:
    """The tokens in a line, those that are no text left out."""
    words = [
        label(token) for place, token in enumerate(result.tokens) if place not in result.special
    ]
    text = " ".join(words).replace(" ##", "")
    return text if len(text) <= 100 else f"{text[:100]}…"
