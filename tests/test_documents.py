"""Documents cut into sentences and put together again: nothing but the words may change."""

from __future__ import annotations

import re

import pysubs2
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nlptool.tasks.translate import Markup, Translation
from nlptool.translation.document import MARKUPS, Document
from nlptool.translation.plain import paragraphs

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
    document = Document.of(text, markup, EN_ZH)
    assert document.text() == text
    for segment in document.segments:
        segment.answer = Translation(segment.shown)
    assert document.text() == text


@pytest.mark.parametrize("markup", [m for m in MARKUPS if m])
@given(text=DOCUMENTS)
def test_no_unit_is_empty_or_has_two_lines(markup: Markup, text: str) -> None:
    for segment in Document.of(text, markup, EN_ZH).segments:
        assert segment.shown.strip() == segment.shown != ""
        assert not re.search(r"[\r\n]", segment.shown)


def translated(text: str, markup: Markup, languages: tuple[str, str] = EN_ZH) -> str:
    """The document with each segment's words by a translation that only keeps what must be kept."""
    document = Document.of(text, markup, languages)
    for segment in document.segments:
        words = "译文" * max(1, 5 * len(segment.marks))
        segment.answer = Translation(words + "".join(segment.keeps))
    return document.text()


MARKDOWN = """---
title: Front matter
---

# A *heading* with `code`

A paragraph over
two lines with **bold**, [a link](http://a.b/c_d "t"), {name} and <b>html</b>.

> A quotation
> of two lines.

- [ ] A task
  1. A list inside *

| One | Two \\| three |
|:---|--:|
| `x` | https://a.b |

```python
print("code")
```

    more code

<div>html</div>

![picture](p.png)

[ref]: http://example.org "Title"
"""


def skeleton(text: str) -> list[tuple[object, ...]]:
    """What markdown-it sees of a document, but for its words and the order inside sentences."""
    found: list[tuple[object, ...]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        found.append((token.type, token.tag, token.markup))
        if token.type in ("fence", "code_block", "html_block"):
            found.append((token.content,))
        inside = []
        for child in token.children or ():
            if child.type not in ("text", "softbreak"):
                attributes = {k: v for k, v in child.attrs.items() if k != "alt"}
                code = child.content if child.type in ("code_inline", "html_inline") else ""
                inside.append((child.type, child.markup, attributes, code))
        found += sorted(inside, key=str)
    return found


def test_markdown_keeps_its_structure() -> None:
    result = translated(MARKDOWN, "markdown")
    assert skeleton(result) == skeleton(
        MARKDOWN.replace("<div>html", "<div>译文").replace('"t"', '"译文"')
    )
    assert "Front matter" in result
    assert "{name}" in result
    assert not re.search("heading|paragraph|lines|bold|quotation|task|inside|One|three", result)


@pytest.mark.parametrize(
    "words", ["# a", "- a", "1. a", "a | b", "*a*", "`a`", "[a](b)", "<b>", "_a_", "a\\", "==="]
)
def test_words_of_a_translation_are_no_markdown(words: str) -> None:
    document = Document.of(
        "Words\n\n| Cell | Other |\n|---|---|\n| Third | Last |\n", "markdown", EN_ZH
    )
    before = [token for token in skeleton(document.text()) if token[0] != "text_special"]
    for segment in document.segments:
        segment.answer = Translation(words)
    assert [token for token in skeleton(document.text()) if token[0] != "text_special"] == before


SUBTITLES = """1
00:00:01,000 --> 00:00:02,500
<i>Where are you
going?</i>

2
00:00:03,000 --> 00:00:04,000
- Home.
- And {name}?

3
00:00:05,000 --> 00:00:06,000
1984
"""


def test_subtitles_keep_numbers_times_and_speakers() -> None:
    assert translated(SUBTITLES, "srt") == (
        "1\n00:00:01,000 --> 00:00:02,500\n<i>译文</i>\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n- 译文\n- 译文{name}\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\n1984\n"
    )


PAGE = """<!DOCTYPE html>
<html><head><title>A page</title><style>p { color: red }</style>
<script>var text = "<p>words</p>";</script></head>
<body class="big"><!-- a comment -->
<p>Tom &amp; Jerry <b title="a title">run</b>.<br>Again</p>
<pre>kept as it is</pre><p translate="no">Name</p><ul><li>One<li>Two</ul>
</body></html>
"""


FILM = """WEBVTT - My film

NOTE A comment

STYLE
::cue { color: red }

00:01.000 --> 00:03.000 align:middle line:85%
<v Roger>Good morning, my friend and

second
00:00:04.000 --> 00:00:05.000
<c.yellow>where is</c> the <i>station</i>?

NOTE
More words

00:00:06.000 --> 00:00:07.000
MAN: (whispers) Run
away!
[door slams]
"""


def told(text: str, markup: Markup, words: dict[str, str]) -> str:
    """The document by a translator that knows these sentences and spans."""
    document = Document.of(text, markup, EN_ZH)
    for segment in document.segments:
        segment.answer, segment.spans = Translation(words[segment.shown]), words
    return document.text()


def test_titles_of_links_and_pictures_are_translated() -> None:
    text = """Read [this](<my file.md> "One \\"two\\" three")."""
    words = {"Read this.": "读这个。", "this": "这个", 'One "two" three': '一 "二" 三'}
    assert told(text, "markdown", words) == """读[这个](<my file.md> "一 \\"二\\" 三")。"""
    text = """Look at ![a cat](cat.png 'It\\'s mine')."""
    words = {"Look at a cat.": "看一只猫。", "a cat": "一只猫", "It's mine": "它是我的"}
    assert told(text, "markdown", words) == "看![一只猫](cat.png '它是我的')。"
    text = """Open <img src="d.png" alt="A door"> it."""
    words = {"Open it.": "打开它。", "A door": "一扇门"}
    assert '<img src="d.png" alt="一扇门">' in told(text, "markdown", words)


def test_a_sentence_over_two_cues_is_one() -> None:
    words = {
        "Good morning, my friend and where is the station?": "早上好，我的朋友，车站在哪里？",
        "station": "车站", "where is": "在哪里", "Run away!": "快跑！",
    }  # fmt: skip
    wanted = FILM.replace("Good morning, my friend and", "早上好，我的朋友，")
    wanted = wanted.replace(
        "<c.yellow>where is</c> the <i>station</i>?", "<i>车站</i><c.yellow>在哪里</c>？"
    )
    assert told(FILM, "vtt", words) == wanted.replace("Run\naway!", "快跑！")
    first = webvtt.from_string(FILM)
    after = webvtt.from_string(told(FILM, "vtt", words))
    assert [(cue.start, cue.identifier) for cue in first] == [
        (cue.start, cue.identifier) for cue in after
    ]


STYLED = """[Script Info]
Title: A film
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\an8}Hello, {\\i1}my{\\i0} friend\\Nof mine.
Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,A note
"""


def test_substation_keeps_styles_and_overrides() -> None:
    words = {"Hello, my friend of mine.": "你好，我的朋友。", "my": "我的"}
    result = told(STYLED, "ssa", words)
    assert result == STYLED.replace(
        "Hello, {\\i1}my{\\i0} friend\\Nof mine.", "你好，{\\i1}我的{\\i0}朋友。"
    )
    (event, _) = pysubs2.SSAFile.from_string(result).events
    assert event.plaintext == "你好，我的朋友。"


WRAPPED = """The house on the hill belongs to my
uncle, who bought it {year}
ago.

 - An item that is
   wrapped too.
 - Two

End.
"""


def test_paragraphs_of_wrapped_lines_are_one_text() -> None:
    document = Document(paragraphs(WRAPPED), EN_ZH)
    assert [segment.shown for segment in document.segments] == [
        "The house on the hill belongs to my uncle, who bought it {year} ago.",
        "An item that is wrapped too.", "Two", "End.",
    ]  # fmt: skip
    for segment in document.segments:
        segment.answer = Translation("译文")
    assert document.text() == "译文\n\n - 译文\n - 译文\n\n译文\n"


@given(text=DOCUMENTS | st.text())
def test_paragraphs_lose_nothing(text: str) -> None:
    assert Document(paragraphs(text), EN_ZH).text() == text


def test_html_keeps_the_bytes_of_its_tags() -> None:
    result = translated(PAGE, "html")
    tags = re.compile(r"<!--.*?-->|<script>.*?</script>|<style>.*?</style>|<[^>]*>", re.DOTALL)
    assert tags.findall(result) == tags.findall(PAGE.replace("a title", "译文"))
    assert "<pre>kept as it is</pre>" in result
    assert '<p translate="no">Name</p>' in result
    assert "<title>译文</title>" in result
    assert not re.search("Tom|Jerry|run<|Again|One|Two", result)
    document = Document.of("<p>Words</p>", "html", EN_ZH)
    document.segments[0].answer = Translation("1 < 2 & <b>")
    assert document.text() == "<p>1 &lt; 2 &amp; &lt;b&gt;</p>"


def test_plain_text_keeps_lines_indents_and_list_marks() -> None:
    text = "Title\n\n  - One thing. Another thing.\n  2) Two\r\n\t> Three  \n\n\n"
    assert translated(text, "plain") == "译文\n\n  - 译文译文\n  2) 译文\r\n\t> 译文  \n\n\n"


def test_space_between_sentences_is_the_target_language_s() -> None:
    document = Document.of("你好。再见！“好。”", "plain", ("zh", "en"))
    for segment, words in zip(document.segments, ["Hello.", "Bye!", "“Good.”"], strict=True):
        segment.answer = Translation(words)
    assert document.text() == "Hello. Bye! “Good.”"


def test_data_is_no_language() -> None:
    data = "iVBORw0KGgo/AAAA+" * 10_000
    assert not Document.of(f"{data}==\n{data}", "plain", EN_ZH).segments
    assert translated(f"The key is {data} here.", "plain") == f"译文 {data} 译文"
    assert translated(f"![a](data:image/png;base64,{data}) Words", "markdown").count(data) == 1


def test_sentences_are_cut_where_they_end() -> None:
    text = "Dr. Smith paid 3.50 dollars. Did he? See https://a.b/c. d for more. " + "word " * 200
    segments = [segment.shown for segment in Document.of(text, "plain", EN_ZH).segments]
    assert segments[:2] == ["Dr. Smith paid 3.50 dollars.", "Did he?"]
    assert all(len(segment) <= 400 for segment in segments)
    chinese = Document.of("今天很好。你呢？“走吧！”", "plain", ("zh", "en")).segments
    assert [segment.shown for segment in chinese] == ["今天很好。", "你呢？", "“走吧！”"]
