"""Rectangles around lit pixels: what OpenCV's findContours and minAreaRect would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cc3d
import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]


class Rectangle(NamedTuple):
    """A rectangle in pixels: its middle, a unit vector ``along`` one pair of its sides, the length
    of that pair and of the other."""

    middle: Points
    along: Points
    length: float
    height: float

    @property
    def smaller(self) -> float:
        """The length of its shorter sides."""
        return min(self.length, self.height)

    def grown(self, by: float) -> Rectangle:
        """The rectangle, longer and higher by so many pixels."""
        return self._replace(length=self.length + by, height=self.height + by)

    def corners(self) -> Points:
        """Its four points (4, 2), clockwise from the top left of the picture; the two on the left
        are told apart by their height."""
        across = np.array((-self.along[1], self.along[0])) * self.height / 2
        along = self.along * self.length / 2
        points = self.middle + np.array(
            (along + across, along - across, -along + across, -along - across)
        )
        points = points[np.argsort(points[:, 0], kind="stable")]
        (top_left, low_left), (top_right, low_right) = (
            pair[np.argsort(pair[:, 1], kind="stable")] for pair in (points[:2], points[2:])
        )
        return np.array((top_left, top_right, low_right, low_left))

    def mean_of(self, values: NDArray[Any]) -> float:
        """The mean of an image's values inside."""
        corners = self.corners()
        limits = np.array(values.shape[1::-1]) - 1
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, limits).astype(int)
        right, low = np.clip(np.ceil(corners.max(axis=0)), 0, limits).astype(int)
        part = values[top : low + 1, left : right + 1]
        ys, xs = np.ogrid[top : low + 1, left : right + 1]
        xs, ys = xs - self.middle[0], ys - self.middle[1]
        (x, y), slack = self.along, 0.5
        inside = np.abs(xs * x + ys * y) <= self.length / 2 + slack
        inside &= np.abs(ys * x - xs * y) <= self.height / 2 + slack
        return float(part[inside].mean())


def rectangles(lit: NDArray[np.bool_]) -> Iterator[Rectangle]:
    """The smallest rectangle around each set of lit pixels that touch, diagonally too."""
    labels = cc3d.connected_components(lit, connectivity=8, binary_image=True)
    boxes = cc3d.statistics(labels, no_slice_conversion=True)["bounding_boxes"]
    for number, (top, low, left, right) in enumerate(boxes.tolist()[1:], 1):
        part = labels[top : low + 1, left : right + 1] == number
        first = part.argmax(axis=1)
        last = part.shape[1] - 1 - part[:, ::-1].argmax(axis=1)
        ends = [
            (left + x, y)
            for y, both in enumerate(zip(first.tolist(), last.tolist(), strict=True), top)
            for x in both
        ]
        yield _smallest(np.array(_hull(ends), np.float64))


def _hull(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The convex hull of points that stand row by row (Andrew's monotone chain, 1979)."""
    return [*_chain(points), *_chain(points[::-1])]


def _chain(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    chain: list[tuple[int, int]] = []
    for x, y in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) > (by - ay) * (x - ax):
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def _smallest(hull: Points) -> Rectangle:
    """The smallest rectangle around a hull has a side along one of its edges (Freeman, 1975)."""
    edges = np.roll(hull, -1, axis=0) - hull
    lengths = np.hypot(*edges.T)
    if not len(hull) or not lengths.any():
        return Rectangle(hull.mean(axis=0), np.array((1.0, 0.0)), 0.0, 0.0)
    along = edges[lengths > 0] / lengths[lengths > 0, None]
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    spans = hull @ along.T, hull @ across.T
    lows, highs = ([f(span, axis=0) for span in spans] for f in (np.min, np.max))
    (length, height) = (high - low for low, high in zip(lows, highs, strict=True))
    best = int((length * height).argmin())
    middle = (
        along[best] * (lows[0] + highs[0])[best] / 2 + across[best] * (lows[1] + highs[1])[best] / 2
    )
    return Rectangle(middle, along[best], float(length[best]), float(height[best]))
