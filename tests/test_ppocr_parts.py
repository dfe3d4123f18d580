"""The parts of PP-OCR that are no model: windows, rectangles, joined readings."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.ppocr.detector import scale_for
from nlptool_plugins.ppocr.rectangles import rectangles
from nlptool_plugins.ppocr.windows import windows
from PIL import Image, ImageDraw


@given(st.integers(1, 20_000), st.integers(300, 2000), st.integers(0, 100), st.sampled_from((1, 8)))
def test_windows_cover_everything_once(length: int, most: int, margin: int, step: int) -> None:
    found = windows(length, most, margin, step)
    believed = [pixel for window in found for pixel in range(window.first, window.last)]
    assert believed == [*range(length)]
    for window in found:
        assert window.end - window.start <= most + step
        assert window.start in (0, window.first - margin)
        assert window.end in (length, window.last + margin)


@pytest.mark.parametrize("degrees", [0, 3, -7, 30, 90, 135])
def test_a_rectangle_is_found_as_it_stands(degrees: float) -> None:
    angle = radians(degrees)
    corners = [
        (200 + x * cos(angle) - y * sin(angle), 150 + x * sin(angle) + y * cos(angle))
        for x, y in ((-90, -15), (90, -15), (90, 15), (-90, 15))
    ]
    picture = Image.new("L", (400, 300))
    ImageDraw.Draw(picture).polygon(corners, fill=255)
    pixels = np.asarray(picture)
    (found,) = rectangles(pixels > 0)
    assert sorted((found.length, found.height)) == [
        pytest.approx(30, abs=3),
        pytest.approx(180, abs=3),
    ]
    wanted = sorted((round(x), round(y)) for x, y in corners)
    for got, want in zip(sorted(found.corners().tolist()), wanted, strict=True):
        assert got == pytest.approx(want, abs=3)
    assert found.mean_of(pixels) > 240


@pytest.mark.parametrize("points", [[], [(5, 5)], [(5, 5), (5, 6)], [(1, 1), (2, 2), (3, 3)]])
def test_few_pixels(points: list[tuple[int, int]]) -> None:
    lit = np.zeros((20, 20), np.bool_)
    for x, y in points:
        lit[y, x] = True
    found = list(rectangles(lit))
    assert len(found) == bool(points)
    assert all(rectangle.smaller == pytest.approx(0) for rectangle in found)


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [((9000, 6400), 0.5, 0.5), ((1654, 2339), 0.5, 0.6), ((60, 8131), 1.2, 2.0), ((1, 1), 1, 96)],
)
def test_no_picture_is_made_too_small(size: tuple[int, int], least: float, most: float) -> None:
    assert least <= scale_for(*size) <= most
    assert scale_for(*size) == scale_for(*size[::-1])
