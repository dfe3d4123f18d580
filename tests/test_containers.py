"""Documents of other programs, made and read by other libraries: only their words change."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import polib
import pptx
import pytest
from ebooklib import epub
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentText, load
from odf.style import Style, TextProperties
from odf.text import H, LineBreak, P, Span
from ruamel.yaml import YAML

from nlptool.errors import OutputError
from nlptool.io.formats import registry
from nlptool.io.formats.containers.container import SEPARATOR
from nlptool.io.formats.containers.messages import Json
from nlptool.io.formats.format import Layout, ReadOptions
from nlptool.io.sources import Source
from nlptool.tasks.translate import Translation
from nlptool.translation.document import Document
from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("offline")

EN_ZH = ("en", "zh")


def texts_of(path: Path) -> list[str]:
    """The texts of a file, as its format reads them."""
    source = Source(str(path), path)
    form = registry.input_of(source, documents=True)
    assert form.read is not None
    ((record,),) = form.read(source, ReadOptions(), iter(range(1, 9)).__next__)
    assert record.row["text"], record
    return str(record.row["text"]).split(SEPARATOR)


def translated(path: Path, words: dict[str, str]) -> bytes:
    """The file, by a translator that knows these sentences and spans and leaves others alone."""
    source = Source(str(path), path)
    form = registry.input_of(source, documents=True)
    assert form.read
    assert form.encoder
    ((record,),) = form.read(source, ReadOptions(), iter(range(1, 9)).__next__)
    document = Document.of(record.row["text"], record.row["markup"], EN_ZH)
    for segment in document.segments:
        segment.answer = Translation(words.get(segment.shown, segment.shown))
        segment.spans = words
    encoder = form.encoder(Layout((), [source]))
    encoder.encode([{"translation": document.text(), "source": "en", "target": "zh-TW"}])
    return b"".join(encoder.end())


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    made = docx.Document()
    made.add_heading("A heading", 1)
    paragraph = made.add_paragraph("The ")
    paragraph.add_run("red").bold = True
    paragraph.add_run(" coat is")
    paragraph.add_run(" warm.")
    paragraph.add_run().add_tab()
    paragraph.add_run("Do not open.").italic = True
    table = made.add_table(1, 2)
    table.cell(0, 0).text = "One cell"
    table.cell(0, 1).text = "12"
    made.sections[0].header.paragraphs[0].text = "The header"
    path = tmp_path / "letter.docx"
    made.save(str(path))
    return path


def test_word_keeps_runs_and_styles(letter: Path) -> None:
    words = {
        "A heading": "标题", "The red coat is warm.": "红色外套很暖。", "red": "红色",
        "Do not open.": "不要打开。", "One cell": "一格", "The header": "页眉",
    }  # fmt: skip
    assert "The <2>red</2> coat is warm.<4/><5>Do not open.</5>" in texts_of(letter)
    made = docx.Document(io.BytesIO(translated(letter, words)))
    heading, paragraph = made.paragraphs
    assert (heading.text, heading.style and heading.style.name) == ("标题", "Heading 1")
    assert [(run.text, run.bold, run.italic) for run in paragraph.runs] == [
        ("红色", True, None), ("外套很暖。", None, None), ("\t", None, None),
        ("不要打开。", None, True),
    ]  # fmt: skip
    assert [cell.text for cell in made.tables[0].rows[0].cells] == ["一格", "12"]
    assert made.sections[0].header.paragraphs[0].text == "页眉"


def test_what_is_not_translated_stays(letter: Path) -> None:
    before, after = zipfile.ZipFile(letter), zipfile.ZipFile(io.BytesIO(translated(letter, {})))
    assert before.namelist() == after.namelist()
    same = [name for name in before.namelist() if before.read(name) == after.read(name)]
    assert {*before.namelist()} - {*same} <= {"word/document.xml", "word/header1.xml"}
    texts = [[p.text for p in docx.Document(io.BytesIO(data)).paragraphs]
             for data in (letter.read_bytes(), translated(letter, {}))]  # fmt: skip
    assert texts[0] == texts[1]


def test_links_and_fields_of_word_stay(tmp_path: Path) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Please ")
    link = paragraph._p.makeelement(f"{paragraph._p.tag[:-1]}hyperlink", {"id": "x"})
    paragraph._p.append(link)
    link.append(paragraph.add_run("log in")._r)
    paragraph.add_run(" on page ")
    for kind in ("begin", "end"):
        run = paragraph.add_run()._r
        run.append(run.makeelement(f"{paragraph._p.tag[:-1]}fldChar",
                                   {f"{paragraph._p.tag[:-1]}fldCharType": kind}))  # fmt: skip
    paragraph.add_run(" now.")
    path = tmp_path / "a.docx"
    made.save(str(path))
    words = {"Please log in on page now.": "请现在在页面上登录。", "log in": "登录"}
    (after,) = docx.Document(io.BytesIO(translated(path, words))).paragraphs
    assert after.text == "请现在在页面上登录。"
    (shown,) = after._p.findall(f"{after._p.tag[:-1]}hyperlink")
    assert shown.text == "登录"
    assert len(list(after._p.iter(f"{after._p.tag[:-1]}fldChar"))) == 2


def test_powerpoint(tmp_path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = "A title"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    paragraph.text = "I like "
    run = paragraph.add_run()
    run.text, run.font.bold = "tea", True
    path = tmp_path / "a.pptx"
    made.save(str(path))
    words = {"A title": "标题", "I like tea": "我喜欢茶", "tea": "茶"}
    (slide,) = pptx.Presentation(io.BytesIO(translated(path, words))).slides
    assert slide.shapes.title.text == "标题"
    runs = slide.placeholders[1].text_frame.paragraphs[0].runs
    assert [(run.text, run.font.bold) for run in runs] == [("我喜欢", None), ("茶", True)]


def test_excel_keeps_numbers_and_formulas(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for place, value in {"A1": "Good morning.", "A2": 12.5, "A3": "=SUM(A2)", "B1": "A12"}.items():
        sheet[place] = value
    path = tmp_path / "a.xlsx"
    made.save(path)
    after = openpyxl.load_workbook(
        io.BytesIO(translated(path, {"Good morning.": "早上好。"}))
    ).active
    assert after is not None
    assert [after[place].value for place in ("A1", "A2", "A3", "B1")] == [
        "早上好。", 12.5, "=SUM(A2)", "A12",
    ]  # fmt: skip


def test_opendocument_keeps_spans_and_breaks(tmp_path: Path) -> None:
    made = OpenDocumentText()
    bold = Style(name="Bold", family="text")
    bold.addElement(TextProperties(fontweight="bold"))
    made.automaticstyles.addElement(bold)
    made.text.addElement(H(outlinelevel=1, text="A heading"))
    paragraph = P(text="The ")
    paragraph.addElement(Span(stylename=bold, text="red"))
    paragraph.addText(" coat.")
    paragraph.addElement(LineBreak())
    made.text.addElement(paragraph)
    path = tmp_path / "a.odt"
    made.save(str(path))
    words = {"A heading": "标题", "The red coat.": "红外套。", "red": "红"}
    result = translated(path, words)
    text = load(io.BytesIO(result)).text
    (span,) = text.getElementsByType(Span)
    assert (str(span), span.getAttribute("stylename")) == ("红", "Bold")
    assert [str(each) for each in text.getElementsByType(P)] == ["红外套。"]
    assert len(text.getElementsByType(LineBreak)) == 1
    assert zipfile.ZipFile(io.BytesIO(result)).infolist()[0].filename == "mimetype"


def test_epub(tmp_path: Path) -> None:
    made = epub.EpubBook()
    made.set_identifier("x")
    made.set_title("A book")
    made.set_language("en")
    page = epub.EpubHtml(title="One", file_name="one.xhtml")
    page.content = "<h1>One day</h1><p>The <b>red</b> coat.</p><pre>kept</pre>"
    made.add_item(page)
    made.toc = [page]
    made.spine = ["nav", page]
    for item in (epub.EpubNcx(), epub.EpubNav()):
        made.add_item(item)
    path = tmp_path / "a.epub"
    epub.write_epub(str(path), made)
    words = {"One": "一", "One day": "一天", "The red coat.": "红外套。", "red": "红"}
    result = translated(path, words)
    out = tmp_path / "out.epub"
    out.write_bytes(result)
    after = epub.read_epub(str(out))
    content = after.get_item_with_href("one.xhtml").get_content().decode()
    assert "<h1>一天</h1>" in content
    assert "<b>红</b>外套。</p>" in content
    assert "<pre>kept</pre>" in content
    assert after.get_metadata("DC", "language") == [("zh-TW", {})]
    assert "<text>一</text>" in zipfile.ZipFile(out).read("EPUB/toc.ncx").decode()


PO = """# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: main.c:12
#, c-format
msgctxt "menu"
msgid "You have %d new message.\\n"
msgid_plural "You have %d new messages.\\n"
msgstr[0] ""
msgstr[1] ""

msgid "Done already"
msgstr "已经完成"

#, fuzzy
#| msgid "Opened"
msgid "Open"
msgstr "打开了"

#~ msgid "Old"
#~ msgstr ""
"""


def test_gettext_fills_what_is_empty_or_fuzzy(tmp_path: Path) -> None:
    path = tmp_path / "zh.po"
    path.write_text(PO)
    words = {
        "You have %d new message.": "你有 %d 条新消息。",
        "You have %d new messages.": "你有 %d 条新消息。。",
        "Open": "打开",
    }
    assert texts_of(path) == ["You have %d new message.\n", "You have %d new messages.\n", "Open"]
    result = translated(path, words).decode()
    after = polib.pofile(result)
    (first, second, third, old) = after
    assert first.msgstr_plural == {0: "你有 %d 条新消息。\n", 1: "你有 %d 条新消息。。\n"}
    assert (first.msgctxt, first.flags) == ("menu", ["c-format"])
    assert (second.msgstr, third.msgstr, third.flags) == ("已经完成", "打开", [])
    assert old.obsolete
    assert result.startswith("# A comment\n")
    assert "nplurals=2" in result


@pytest.mark.parametrize("others", [False, True])
def test_gettext_names_the_language(tmp_path: Path, others: bool) -> None:
    path = tmp_path / "a.po"
    head = 'msgid ""\nmsgstr ""\n"Language: en_GB\\n"\n\nmsgid "Open"\nmsgstr ""\n'
    path.write_text(head + '\nmsgid "Closed"\nmsgstr "Closed"\n' * others)
    after = polib.pofile(translated(path, {"Open": "打開"}).decode())
    assert after.metadata["Language"] == ("en_GB" if others else "zh_TW")


XLIFF = """<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
  <file original="a" source-language="en" datatype="plaintext"><body>
    <trans-unit id="1">
      <source>Do <g id="1">not</g> open.<x id="2"/></source>
    </trans-unit>
    <trans-unit id="2"><source>Done</source><target>完成</target></trans-unit>
    <trans-unit id="3" translate="no"><source>Kept</source></trans-unit>
  </body></file>
</xliff>
"""


def test_xliff_gets_targets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlf"
    path.write_text(XLIFF)
    result = translated(path, {"Do not open.": "不要打开。", "not": "不要"}).decode()
    target = '<target><g id="1">不要</g>打开。<x id="2"/></target>'
    source = 'open.<x id="2"/></source>'
    wanted = XLIFF.replace(source, f"{source}\n      {target}")
    told = 'datatype="plaintext"'
    wanted = wanted.replace(told, f'{told} target-language="zh-TW"')
    assert result.split("?>")[1].strip() == wanted.split("?>")[1].strip()


def test_messages_in_json_and_yaml(tmp_path: Path) -> None:
    data = {"@locale": "en", "hi": "Hello {name}", "deep": {"list": ["Good morning.", 3, None]}}
    path = tmp_path / "en.json"
    path.write_text(json.dumps(data, indent=4) + "\n")
    words = {"Hello {name}": "你好 {name}", "Good morning.": "早上好。"}
    wanted = {"@locale": "en", "hi": "你好 {name}", "deep": {"list": ["早上好。", 3, None]}}
    assert translated(path, words).decode() == json.dumps(
        wanted, indent=4, ensure_ascii=False
    ) + "\n"  # fmt: skip
    yaml = tmp_path / "en.yml"
    yaml.write_text(
        'en: # English\n  hi: "Hello {name}"\n  deep: &a\n  - Good morning.\n  other: *a\n'
    )
    result = translated(yaml, words)
    assert result.decode() == (
        'zh-TW: # English\n  hi: "你好 {name}"\n  deep: &a\n  - 早上好。\n  other: *a\n'
    )
    assert YAML(typ="safe").load(result)["zh-TW"]["other"] == ["早上好。"]
    messages = tmp_path / "app_en.arb"
    messages.write_text('{"@@locale": "en", "hi": "Good morning."}')
    assert json.loads(translated(messages, words)) == {"@@locale": "zh_TW", "hi": "早上好。"}


JSON = st.recursive(
    st.text() | st.integers() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), JSON), st.sampled_from([None, 2, "\t"]), st.booleans())
def test_json_that_is_not_translated_stays(
    data: object, indent: int | str | None, escaped: bool
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    messages = Json(text) if b"\xed" not in text else None
    if messages:
        assert json.loads(messages.put(messages.texts, EN_ZH)) == data


@pytest.mark.usefixtures("offline")
def test_a_file_that_is_none_costs_itself(nlptool: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.docx").write_bytes(b"no zip")
    (folder / "b.po").write_bytes(b"msgid \xff")
    (folder / "c.json").write_text('{"hi": ')
    (folder / "d.yaml").write_text("a: [")
    (folder / "e.xlf").write_text('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    (folder / "f.json").write_text('{"hi": "Good morning."}\n')
    done = nlptool("translate", "-i", folder, "-o", f"{tmp_path}/out/")
    assert done.code == 1, done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["f.json"]
    assert all(f"{name}: this is no " in done.stderr for name in ("a.docx", "b.po", "c.json"))


@pytest.mark.usefixtures("offline")
def test_a_document_from_outside(nlptool: Run, letter: Path, tmp_path: Path) -> None:
    done = nlptool("translate", "-i", letter, "-o", tmp_path / "out.docx")
    assert done.code == 0, done.stderr
    assert "A heading" not in [p.text for p in docx.Document(str(tmp_path / "out.docx")).paragraphs]
    (tmp_path / "a.po").write_text(PO)
    shown = nlptool("translate", "-i", tmp_path / "a.po")
    assert polib.pofile(shown.stdout.decode())[0].msgstr_plural[0]
    (tmp_path / "en.json").write_text('{"hi": "Good morning."}')
    done = nlptool("translate", "-i", tmp_path / "en.json", "-o", tmp_path / "zh.json")
    assert done.code == 0, done.stderr
    assert [*json.loads((tmp_path / "zh.json").read_bytes())] == ["hi"]
    unknown = tmp_path / "a.rtf"
    unknown.write_text("x")
    assert nlptool("translate", "-i", unknown).code == 3


def test_two_documents_are_not_one(letter: Path) -> None:
    form = registry.output_of("a.docx")
    assert form.encoder
    encoder = form.encoder(Layout((), [Source(str(letter), letter)]))
    encoder.encode([{"translation": "a"}, {"translation": "b"}])
    with pytest.raises(OutputError):
        list(encoder.end())
