"""The order of the lines on a page, its paragraphs and its tables."""

from __future__ import annotations

from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.layout import laid_out
from PIL import Image, ImageDraw

from nlptool.tasks.picture import Line, Page

SIZE = 700, 500


def line(text: str, left: float, top: float, width: float, height: float = 20) -> Line:
    """A level line."""
    right, low = left + width, top + height
    return Line(text, 1.0, ((left, top), (right, top), (right, low), (left, low)))


def order(*lines: Line) -> str:
    """The texts in order, whatever order they came in."""
    texts = {" ".join(one.text for one in page(*some).lines) for some in (lines, lines[::-1])}
    assert len(texts) == 1
    return texts.pop()


def page(*lines: Line, picture: Image.Image | None = None) -> Page:
    """The lines on an empty page, or on a picture."""
    return laid_out(lines, picture or Image.new("RGB", SIZE, "white"))


def turned(lines: list[Line], degrees: float) -> list[Line]:
    """The lines of a page that is turned clockwise about its middle."""
    angle = radians(degrees)
    return [
        Line(
            one.text,
            1.0,
            tuple(
                (
                    350 + (x - 350) * cos(angle) - (y - 250) * sin(angle),
                    250 + (x - 350) * sin(angle) + (y - 250) * cos(angle),
                )
                for x, y in one.box
            ),
        )
        for one in lines
    ]


def receipt() -> list[Line]:
    items = [line(f"item{at}", 0, 30 * at, 300) for at in range(6)]
    return items + [line(f"price{at}", 600, 30 * at, 60) for at in range(6)]


RECEIPT = " ".join(f"item{at} price{at}" for at in range(6))


def test_rows_from_the_top_and_from_the_left() -> None:
    assert order(line("c", 0, 60, 90), line("b", 200, 2, 90), line("a", 0, 5, 90)) == "a b c"


def test_a_skewed_row_stays_a_row() -> None:
    skewed = [line(text, 100 * at, 4 * at, 80) for at, text in enumerate("abcde")]
    below = [line(text, 100 * at, 30 + 4 * at, 80) for at, text in enumerate("vwxyz")]
    assert order(*skewed, *below) == "a b c d e v w x y z"


def test_prices_stay_beside_what_they_are_for() -> None:
    assert order(*receipt()) == RECEIPT


@pytest.mark.parametrize("degrees", [-9, -4, 6, 86, 90, 180, 184, 270])
def test_a_page_is_read_in_its_own_frame(degrees: float) -> None:
    assert order(*turned(receipt(), degrees)) == RECEIPT


def test_columns_that_run_downwards_from_the_right() -> None:
    columns = [line(str(number), 0, 60 * number, 300) for number in range(4)]
    assert order(*turned(columns, 90)) == "0 1 2 3"


def test_columns_of_running_text_one_by_one() -> None:
    title = line("title", 100, 0, 500, 40)
    left = [line(f"l{at}", 0, 80 + 25 * at, 300) for at in range(5)]
    right = [line(f"r{at}", 350, 84 + 25 * at, 300) for at in range(5)]
    foot = line("foot", 300, 300, 60)
    wanted = ["title", *(f"l{at}" for at in range(5)), *(f"r{at}" for at in range(5)), "foot"]
    assert order(title, *left, *right, foot) == " ".join(wanted)


def test_narrow_columns_under_a_close_title() -> None:
    words = ("The harbour", "opened at", "seven and", "the boats", "were there.")
    lines = [line("title", 0, 0, 600, 30)]
    for column in range(4):
        lines += [
            line(f"{text}{column}", 160 * column, 38 + 25 * at, 120)
            for at, text in enumerate(words)
        ]
    lines.append(line("foot", 0, 175, 600))
    columns = [f"{text}{column}" for column in range(4) for text in words]
    assert order(*lines) == " ".join(["title", *columns, "foot"])


def test_narrow_columns_of_chinese() -> None:
    lines = [line("标题", 0, 0, 600, 30)]
    for column in range(3):
        lines += [line(f"{column}海内存知{at}", 220 * column, 50 + 25 * at, 150) for at in range(6)]
    columns = [f"{column}海内存知{at}" for column in range(3) for at in range(6)]
    assert order(*lines) == " ".join(["标题", *columns])


def test_a_table_with_rules_is_read_row_by_row() -> None:
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    for at in range(5):
        draw.line((20, 40 + 60 * at, 620, 40 + 60 * at), "black", 2)
    for at in range(4):
        draw.line((20 + 200 * at, 40, 20 + 200 * at, 280), "black", 2)
    cells = [[f"cell{row}{column}" for column in range(3)] for row in range(4)]
    lines = [
        line(f"{text}{half}", 30 + 200 * column, 46 + 60 * row + 25 * part, 180)
        for row, texts in enumerate(cells)
        for column, text in enumerate(texts)
        for part, half in enumerate("ab")
    ]
    found = page(*lines, line("below", 20, 400, 300), picture=picture)
    table, below = found.blocks
    assert (table.kind, below.kind) == ("table", "text")
    assert table.cells == [[f"{text}a {text}b" for text in row] for row in cells]
    assert [one.text for one in found.lines[below.start : below.end]] == ["below"]


@pytest.mark.parametrize("degrees", [3, -4, 92, 180])
def test_a_table_with_rules_that_leans(degrees: int) -> None:
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    for at in range(4):
        draw.line((110, 150 + 50 * at, 590, 150 + 50 * at), "black", 2)
        draw.line((110 + 160 * at, 150, 110 + 160 * at, 300), "black", 2)
    cells = [[f"r{row}c{column}" for column in range(3)] for row in range(3)]
    lines = [
        line(text, 125 + 160 * column, 165 + 50 * row, 60)
        for row, texts in enumerate(cells)
        for column, text in enumerate(texts)
    ]
    leaning = picture.rotate(-degrees, fillcolor="white")
    (table,) = page(*turned(lines, degrees), picture=leaning).blocks
    assert (table.kind, table.cells) == ("table", cells)


def test_a_table_without_rules() -> None:
    (table,) = page(*receipt()).blocks
    assert table.kind == "table"
    assert table.cells == [[f"item{at}", f"price{at}"] for at in range(6)]


def test_paragraphs() -> None:
    first = [line(f"a{at}", 0, 25 * at, 500) for at in range(3)]
    second = [line(f"b{at}", 0, 100 + 25 * at, 500) for at in range(3)]
    found = page(*first, *second)
    assert [(block.start, block.end) for block in found.blocks] == [(0, 3), (3, 6)]


@given(
    st.lists(
        st.tuples(*[st.floats(0, 1000)] * 2, *[st.floats(0, 300)] * 2).map(
            lambda numbers: line("x", *numbers)
        ),
        max_size=60,
    )
)
def test_no_line_is_lost(lines: list[Line]) -> None:
    found = page(*lines)
    assert sorted(map(id, found.lines)) == sorted(map(id, lines))
    assert [at for block in found.blocks for at in range(block.start, block.end)] == [
        *range(len(lines))
    ]
