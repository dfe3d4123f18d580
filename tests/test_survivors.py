"""What must survive a translation: placeholders, tags, code, emoji; in every kind of document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.tasks.translate import Markup, Translation
from nlptool.translation.document import Document
from nlptool.translation.markdown import MARKDOWN
from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("offline")

pytestmark = pytest.mark.usefixtures("offline")

EN_ZH = ("en", "zh")


def translated(text: str, words: dict[str, str], markup: Markup = "plain") -> str:
    """The document, by a translator that knows these sentences and spans, and no others."""
    document = Document.of(text, markup, EN_ZH)
    for segment in document.segments:
        segment.answer = Translation(words[segment.shown])
        segment.spans = words
    return document.text()


def shown(text: str, markup: Markup = "plain") -> list[str]:
    return [segment.shown for segment in Document.of(text, markup, EN_ZH).segments]


@pytest.mark.parametrize(
    "kept",
    """{{ name }}|{{name}}|%{name}|%{count}|$name|${NAME}|#{name}|:name|%1|%2$s|%(n)s|%(n)05.2f|%s
|{0}|{name}|{}|{price:.2f}|{n, number}|https://a.b/c?d=e|a.b@c.de|/usr/bin/python3|./run.sh|~/notes
|C:\\Users\\me|get_user_name()|main()|snake_case|--strict|&nbsp;|<code>x = 1</code>|$a = \\pi r^2$
|$$x_1$$|{{< youtube abc123 >}}""".replace("\n", "").split("|"),
)
def test_the_model_sees_it_and_it_must_come_back(kept: str) -> None:
    (segment,) = Document.of(f"Hello {kept} my friend.", "plain", EN_ZH).segments
    assert segment.keeps == [kept]
    assert segment.shown == f"Hello {kept} my friend."


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 or $6.",
        "Meet at 3:30, please: now.",
        "Yes and/or no, 50% sure.",
        "Up 100% days.",
    ],
)
def test_what_only_looks_like_a_placeholder(text: str) -> None:
    (segment,) = Document.of(text, "plain", EN_ZH).segments
    assert segment.keeps == []


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        (
            "Do <b>not</b> open this door.",
            {"Do not open this door.": "不要打开这扇门。", "not": "不。"},
            "<b>不</b>要打开这扇门。",
        ),
        (
            "The <0>red</0> coat of <1>{name}</1>.",
            {"The red coat of {name}.": "{name}的红色外套。", "red": "红色的"},
            "<1>{name}</1>的<0>红色</0>外套。",
        ),
        (
            "<i>See <b>this</b> word</i>.",
            {"See this word.": "看这个词。", "See this word": "看这个词", "this": "这个"},
            "<i>看<b>这个</b>词</i>。",
        ),
        ("I like <b>tea</b>", {"I like tea": "我喜欢茶", "tea": "茶"}, "我喜欢<b>茶</b>"),
        ("<b>All of it.</b>", {"All of it.": "全部。"}, "<b>全部。</b>"),
        ("I 😊 love you :tada:", {"I love you": "我爱你"}, "我😊爱你 :tada:"),
        ("Line one<br>line two", {"Line one": "第一行", "line two": "第二行"}, "第一行<br>第二行"),
        ("Click File → Save.", {"Click File": "点击文件", "Save.": "保存。"}, "点击文件 → 保存。"),
        ("{% if a %}Hello{% endif %} you.", {"Hello you.": "你好。", "Hello": "你好"},
         "{% if a %}你好{% endif %}。"),
    ],
)  # fmt: skip
def test_tags_go_around_the_words_they_stood_around(
    text: str, words: dict[str, str], wanted: str
) -> None:
    assert translated(text, words) == wanted


def test_tags_whose_words_are_not_found_are_told() -> None:
    (segment,) = Document.of("Click <b>Save</b> now.", "plain", EN_ZH).segments
    segment.spans = {"Save": "保存"}
    assert segment.is_sure("现在点击保存。")
    assert not segment.is_sure("现在点击救援。")
    assert re.fullmatch(r".*<b>.+</b>.*。", segment.written("现在点击救援。", "zh"))


TAGGED = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "<i>", "</i>", "<br/>", "😀", "{x}", "word ", "and", " ", ". "]
    ),
    max_size=20,
).map("".join)


@given(TAGGED, st.text("字词{x} .a", max_size=20))
def test_no_tag_is_lost_or_doubled_wherever_words_go(text: str, translation: str) -> None:
    document = Document.of(text, "plain", EN_ZH)
    for segment in document.segments:
        segment.answer = Translation(translation)
    tags = re.compile(r"</?[bi]>|<br/>|😀")
    assert sorted(tags.findall(document.text())) == sorted(tags.findall(text))


def test_plurals_of_icu() -> None:
    text = (
        "{n, plural, =0 {No items} one {# item of {name}} "
        "other {{g, select, male {His} other {Their}}}}"
    )
    words = {
        "No items": "没有", "# item of {name}": "{name}的 # 件", "His": "他的", "Their": "他们的",
    }  # fmt: skip
    assert translated(text, words) == (
        "{n, plural, =0 {没有} one {{name}的 # 件} other {{g, select, male {他的} other {他们的}}}}"
    )
    assert shown("{n, plural, one {# item}") == ["{n, plural, one {# item}"]


@given(
    st.lists(st.sampled_from(["{n, plural, ", "one {", "# item", "}", "}}", " other {x}"])).map(
        "".join
    )
)
def test_messages_that_are_broken_stay_whole(text: str) -> None:
    assert Document.of(text, "plain", EN_ZH).text() == text


PAGE = """<p>We don&#39;t open &amp; close.</p>
<img src="cat.png" alt="A black cat" title='My &quot;cat&quot;'>
<input placeholder="Your name">
<p class="big notranslate">Kept</p><p translate="no" title="Kept">x</p>
<p>Press <kbd>Ctrl</kbd> and <span translate="no">Acme <b>Co</b></span>
<a title="Go" href="/">now</a>.</p>"""


def test_html_s_attributes_and_what_is_not_to_be_translated() -> None:
    texts = shown(PAGE, "html")
    assert texts == [
        "We don't open & close.", "A black cat", 'My "cat"', "Your name", "Go",
        "Press Ctrl and Acme <b>Co</b> now.",
    ]  # fmt: skip
    words = {text: f'译“{text[:5]}"' for text in texts[:-1]} | {"now": "现在"}
    words[texts[-1]] = "现在按Ctrl和Acme <b>Co</b>。"
    result = translated(PAGE, words, "html")
    assert '<p>译“We do"</p>' in result
    assert 'alt="译“A bla&quot;"' in result
    assert '<a title="译“Go&quot;" href="/">现在</a>按<kbd>Ctrl</kbd>和' in result
    assert '<span translate="no">Acme <b>Co</b></span>。</p>' in result
    assert '<p class="big notranslate">Kept</p><p translate="no" title="Kept">x</p>' in result


DIRECTIVES = """:::tip
A tip.
:::

> :::note Read this
> Quoted.
> :::

:::tip[In a box]
:::

!!! note "Please read"
    A note.

{{< youtube abc123 >}}

$$
E = mc^2
$$

One line.\\
Another  
third[^1].

Term
: Meaning

<div class="a">In a block.</div>

==Very **good:** work== and _words_.
"""  # noqa: W291


def test_markdown_s_directives_blocks_and_hard_breaks() -> None:
    texts = shown(DIRECTIVES, "markdown")
    assert texts == [
        "A tip.", "Read this", "Quoted.", "In a box", "Please read", "A note.",
        "One line.", "Another", "third.", "Term", "Meaning", "In a block.",
        "Very good: work and words.",
    ]  # fmt: skip
    words = dict.fromkeys(texts, "译文") | {
        "Very good: work and words.": "很好：工作和字", "Very good: work": "很好：工作",
        "good:": "好：", "words": "字",
    }  # fmt: skip
    result = translated(DIRECTIVES, words, "markdown")
    assert result.endswith('<div class="a">译文</div>\n\n==很**好**：工作==和*字*\n')
    kept = [":::tip\n译文\n:::", "> :::note 译文\n> 译文\n> :::", ":::tip[译文]\n:::",
            '!!! note "译文"\n    译文', "{{< youtube abc123 >}}",
            "$$\nE = mc^2\n$$", "译文\\\n译文  \n译文[^1]", "译文\n: 译文"]  # fmt: skip
    assert all(part in result for part in kept), result


def test_emphasis_beside_chinese_is_read_as_such() -> None:
    assert MARKDOWN.around("**", "好：", "**", "很", "工") == "**好：** "
    assert MARKDOWN.around("**", "“好”", "**", "很", "工") == " **“好”** "
    assert MARKDOWN.around("_", "好", "_", "很", "") == "*好*"
    assert MARKDOWN.around("_", "好", "_", "", "") == "_好_"


def test_from_outside(nlptool: Run) -> None:
    texts = ["Hello {{ name }}, how are you?", "I love you <b>so much</b> 😊"]
    rows = nlptool("translate", "-f", "jsonl", *texts).rows
    assert all(row["flags"] == [] or "tags" in row["flags"] for row in rows)
    assert "{{ name }}" in rows[0]["translation"]
    assert re.fullmatch(r"[^<]+<b>[^<]+</b> 😊", rows[1]["translation"])
