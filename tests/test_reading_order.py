"""The order of the lines on a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.reading_order import in_reading_order

from nlptool.tasks.picture import Line


def line(text: str, left: float, top: float, width: float, height: float = 20) -> Line:
    """A level line."""
    right, low = left + width, top + height
    return Line(text, 1.0, ((left, top), (right, top), (right, low), (left, low)))


def order(*lines: Line) -> str:
    """The texts in order, whatever order they came in."""
    texts = {" ".join(one.text for one in in_reading_order(some)) for some in (lines, lines[::-1])}
    assert len(texts) == 1
    return texts.pop()


def test_rows_from_the_top_and_from_the_left() -> None:
    assert order(line("c", 0, 60, 90), line("b", 200, 2, 90), line("a", 0, 5, 90)) == "a b c"


def test_a_skewed_row_stays_a_row() -> None:
    skewed = [line(text, 100 * at, 4 * at, 80) for at, text in enumerate("abcde")]
    below = [line(text, 100 * at, 30 + 4 * at, 80) for at, text in enumerate("vwxyz")]
    assert order(*skewed, *below) == "a b c d e v w x y z"


def test_prices_stay_beside_what_they_are_for() -> None:
    items = [line(f"item{at}", 0, 30 * at, 300) for at in range(6)]
    prices = [line(f"price{at}", 500, 30 * at, 60) for at in range(6)]
    assert order(*items, *prices) == " ".join(f"item{at} price{at}" for at in range(6))


def test_columns_of_running_text_one_by_one() -> None:
    title = line("title", 100, 0, 500, 40)
    left = [line(f"l{at}", 0, 80 + 25 * at, 300) for at in range(5)]
    right = [line(f"r{at}", 350, 84 + 25 * at, 300) for at in range(5)]
    foot = line("foot", 300, 300, 60)
    wanted = ["title", *(f"l{at}" for at in range(5)), *(f"r{at}" for at in range(5)), "foot"]
    assert order(title, *left, *right, foot) == " ".join(wanted)


@given(
    st.lists(
        st.tuples(*[st.floats(0, 1000)] * 2, *[st.floats(0, 300)] * 2).map(
            lambda numbers: line("x", *numbers)
        ),
        max_size=60,
    )
)
def test_no_line_is_lost(lines: list[Line]) -> None:
    found = in_reading_order(lines)
    assert sorted(map(id, found)) == sorted(map(id, lines))
