"""The marks of translations into Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.errors import RecordError
from nlptool.tasks.translate import Translation
from nlptool.translation.typography import set_in


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("你好, 世界!", "你好，世界！"),
        ("你认识Tom? ", "你认识Tom? "),
        ("你认识Tom?", "你认识Tom？"),
        ("会议从下午3:30开始, 有1,250人", "会议从下午3:30开始，有1,250人"),
        ("答案: 42", "答案：42"),
        ("打开 https://a.b/?x=1,2:3", "打开 https://a.b/?x=1,2:3"),
        ("他用f(x), g(y)", "他用f(x), g(y)"),
        ("Hello, world!", "Hello, world!"),
        ("你有 %(user)s.", "你有 %(user)s。"),
        ("等等...", "等等..."),
        ("車站在哪裡？", "车站在哪里？"),
        ("你好， {name}！", "你好，{name}！"),
        ("一，  \n二", "一，  \n二"),
    ],
)
def test_wide_beside_chinese(narrow: str, wide: str) -> None:
    assert set_in("zh", Translation(narrow)) == Translation(wide)
    assert set_in("de", Translation(narrow)) == Translation(narrow)


def test_code_that_is_none_in_the_source() -> None:
    answer = Translation("在 `Linux` 上安装 `nlptool`")
    assert (
        set_in("zh", answer, "Install nlptool on `Linux`").translation
        == "在 `Linux` 上安装 nlptool"
    )
    assert set_in("zh", answer, "Install it").translation == answer.translation


def test_alternatives_too() -> None:
    both = set_in("zh", Translation("好!", alternatives=["行!", "ok!"]))
    assert both == Translation("好！", alternatives=["行！", "ok!"])
    assert set_in("zh", RecordError("too long")).args == ("too long",)


@given(st.text("好a1,?!;:. ", max_size=12))
def test_nothing_else_changes(text: str) -> None:
    answer = set_in("zh", Translation(text))
    assert isinstance(answer, Translation)
    found = answer.translation
    assert found.translate(str.maketrans("，？！；：。", ",?!;:.")).replace(
        " ", ""
    ) == text.replace(" ", "")
    assert set_in("zh", answer) == answer
