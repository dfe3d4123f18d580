"""Documents cut into sentences and put together again: nothing but the words may change."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.documents.draft import MARKUPS, Draft
from nlptool.tasks.translate import Markup, Translation

EN_ZH = ("en", "zh")

SCRAPS = st.sampled_from(
    """# |## |- |* |1. |> |    |```|~~~|`|``|**|_|[|](|)|](http://a.b/c)|![|<|>|<b>|</b>|<p>|</p>|<br/>
<!--|-->|<script>|</script>|<pre>|</pre>|&amp;|&lt;|&|\\|\\*|| a | b ||| |---|---||---|===|{name}|%s
%(x)d|https://a.b/c?d=e|a@b.cc|Hello|World.|Mr. Smith|你好。|世界|-->|00:00:01,000 --> 00:00:02,000
12|1,000|😀|\u202e|\u200b|  |\t|.|?!|“|”|{\\an8}|<i>|- |~~|__|***|<div translate="no">
|</div>""".replace("\n", "|").split("|")
)
DOCUMENTS = st.lists(SCRAPS | st.sampled_from(["\n", "\n\n", " ", "\r\n", "|"]), max_size=40).map(
    "".join
)


@pytest.mark.parametrize("markup", [m for m in MARKUPS if m])
@given(text=DOCUMENTS | st.text())
def test_a_document_of_which_nothing_is_translated_stays_as_it_is(
    markup: Markup, text: str
) -> None:
    draft = Draft(text, markup, EN_ZH)
    assert draft.text() == text
    for unit in draft.units:
        unit.answer = Translation(unit.shown)
    assert draft.text() == text


@pytest.mark.parametrize("markup", [m for m in MARKUPS if m])
@given(text=DOCUMENTS)
def test_no_unit_is_empty_or_has_two_lines(markup: Markup, text: str) -> None:
    for unit in Draft(text, markup, EN_ZH).units:
        assert unit.shown.strip() == unit.shown != ""
        assert not re.search(r"[\r\n]", unit.shown)
