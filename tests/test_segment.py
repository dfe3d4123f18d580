"""nlptool segment, on text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jieba.posseg import POSTokenizer
from nlptool_plugins.jieba import Segmenter
from nlptool_plugins.jieba.cutter import Cutter, Quick
from nlptool_plugins.jieba.dictionary import Entry
from nlptool_plugins.jieba.original import Slow, tokenizer
from nlptool_plugins.whole import joined, untagged, whole
from nlptool_plugins.words import Tokenizer

from nlptool.models.scripts import runs_of
from nlptool.plugins.adapter import Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words
from tests.conftest import Run

LINE = "我来到北京清华大学，他说 hello 2.0！"
LETTERS = st.sampled_from(
    list("我来到北京清华大学上海的一龘𠮷，。！ab1.-+ \t\r\n\x00\x1c\u3000😀é")
)
CHINESE = st.lists(LETTERS, max_size=40).map("".join)
ODD = st.lists(
    LETTERS
    | st.sampled_from("㐀鿖豈々〇１Ａ#&_%")
    | st.sampled_from(["AT&T", "C++", "T恤", "3.14%", "a-b", "1.2.3", "_x1", "云计算", "多云转晴"]),
    max_size=30,
).map("".join)
ENTRIES = [
    Entry("上海的"), Entry("北京", 7), Entry("来到"), Entry("大学", 20_000), Entry("a京", 3),
    Entry("是1.", 30), Entry("海", 5), Entry("一龘上", None, "nz"), Entry("C", 2),
]  # fmt: skip
ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


Cut = Callable[[str], Words]


def cutter(adapter: Segmenter | Tokenizer, **params: Any) -> Cut:
    return lambda text: adapter.predict([Text(text)], Params(**params))[0]


@pytest.fixture(scope="module")
def modes() -> dict[str, Cut]:
    chinese = Segmenter(Setup("segment", "jieba", None, options={"whole": False}))
    modes = ("accurate", "full", "search")
    found = {mode: cutter(chinese, mode=mode, offsets=True) for mode in modes}
    return found | {"pos": cutter(chinese, pos=True, offsets=True)}


@pytest.fixture(scope="module")
def spaced() -> Cut:
    return cutter(Tokenizer(Setup("segment", "words", None)), offsets=True)


def without_space(text: str) -> str:
    return "".join(text.split())


@given(CHINESE | ANY)
def test_spans_are_the_words_places(modes: dict[str, Cut], text: str) -> None:
    for segmenter in modes.values():
        found = segmenter(text)
        assert [text[start:end] for start, end in found.spans] == found.words
        assert all(word.strip() == word != "" for word in found.words)


@given(CHINESE | ANY)
def test_words_restore_the_text_but_for_space(modes: dict[str, Cut], text: str) -> None:
    for mode in ("accurate", "pos"):
        assert "".join(modes[mode](text).words) == without_space(text)


@pytest.fixture(scope="module", params=[True, False], ids=["hmm", "dictionary"])
def both(request: pytest.FixtureRequest) -> list[tuple[Cutter, Any, bool]]:
    """rjieba, and jieba itself, each with a user's dictionary and without."""
    hmm = request.param
    return [(Quick(given, hmm), tokenizer(given), hmm) for given in ([], ENTRIES)]


@example("海海海到")  # two ways to cut it are equally probable
@given(ODD)
def test_words_are_jiebas_own(both: list[tuple[Cutter, Any, bool]], text: str) -> None:
    for ours, jieba, hmm in both:
        accurate, search = ([*jieba.tokenize(text, mode, hmm)] for mode in ("default", "search"))
        assert [(text[a:b], a, b) for a, b in ours.accurate(text)] == accurate
        words = ours.words(text)
        assert "".join(words) == text
        assert [*filter(str.strip, words)] == [word for word, _, _ in accurate if word.strip()]
        together = whole(text, untagged(ours.accurate(text)))
        found = [text[slice(*span)] for span, _ in together if text[slice(*span)].strip()]
        assert [*filter(str.strip, joined(text, words))] == found
        assert [(text[a:b], a, b) for a, b in ours.search(text)] == search
        full = [word for word in jieba.cut(text, cut_all=True) if word.strip()]
        assert [text[a:b] for a, b in ours.full(text) if text[a:b].strip()] == full


def test_a_word_may_be_taken_out_of_the_dictionary() -> None:
    taken = Slow([Entry("北京大学", 0)], hmm=True)
    text = "我爱北京大学"
    assert [text[a:b] for a, b in taken.accurate(text)] == ["我", "爱", "北京", "大学"]
    assert (2, 6) not in taken.full(text)


@given(CHINESE)
def test_spans_in_full_mode_come_in_order(modes: dict[str, Cut], text: str) -> None:
    spans = modes["full"](text).spans
    assert spans == sorted(set(spans))


@given(ANY)
def test_spaced_text(spaced: Cut, text: str) -> None:
    found = spaced(text)
    assert [text[start:end] for start, end in found.spans] == found.words
    assert without_space("".join(found.words)) == without_space(text)


def test_a_long_text_is_cut_where_jieba_cuts_it(modes: dict[str, Cut]) -> None:
    text = "他来到了网易杭研大厦，小明硕士毕业于中国科学院计算所。" * 200
    own = tokenizer([])
    assert modes["accurate"](text).words == own.lcut(text)
    pairs = [tuple(pair) for pair in POSTokenizer(own).lcut(text)]
    tagged = modes["pos"](text)
    assert list(zip(tagged.words, tagged.pos, strict=True)) == pairs


def test_a_megabyte_without_a_break(modes: dict[str, Cut], spaced: Cut) -> None:
    for text in ("龘" * 120_000, "a" * 1_000_000):
        assert "".join(modes["accurate"](text).words) == text
        assert "".join(spaced(text).words) == text


def test_the_script_chooses_the_model(nlptool: Run) -> None:
    done = nlptool("segment", stdin=f"{LINE}\n\nDon't panic: it's 3.14!\n".encode(), LANG="C")
    assert done.lines == [
        "我 来到 北京 清华大学 ， 他 说 hello 2.0 ！",
        "",
        "Don't panic : it's 3.14 !",
    ]


def test_modes_parts_of_speech_and_offsets(nlptool: Run) -> None:
    assert nlptool("segment", "--mode", "search", "清华大学").lines == ["清华 华大 大学 清华大学"]
    assert nlptool("segment", "--pos", "--mode", "search", "清华大学").lines == [
        "清华/nz 华大/nz 大学/n 清华大学/nt"
    ]
    assert nlptool("segment", "--pos", "--mode", "full", "清华大学A").lines == [
        "清华/nz 清华大学/nt 华大/nz 大学/n A/eng"
    ]
    assert nlptool("segment", "--pos", "--offsets", "我爱北京").lines == [
        "我/r[0:1] 爱/v[1:2] 北京/ns[2:4]"
    ]
    rows = nlptool("segment", "--pos", "--offsets", "-f", "jsonl", "我 爱").rows
    assert rows == [{"id": 1, "words": ["我", "爱"], "pos": ["r", "v"], "spans": [[0, 1], [2, 3]]}]


def test_a_dictionary_of_the_users(nlptool: Run, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("\ufeff云计算平台 10 nz\n凱特琳\n", encoding="utf-8")
    done = nlptool("segment", "--pos", "--dictionary", words, "他在云计算平台")
    assert done.lines == ["他/r 在/p 云计算平台/nz"]


def test_a_dictionary_that_is_none(nlptool: Run, tmp_path: Path) -> None:
    missing = nlptool("segment", "--dictionary", tmp_path / "none", "我")
    assert (missing.code, missing.stdout) == (3, b"")
    assert "No such file" in missing.stderr
    broken = tmp_path / "broken.txt"
    broken.write_bytes("北京".encode("gbk"))
    done = nlptool("segment", "--dictionary", broken, "我")
    assert done.code == 3
    assert "expected UTF-8" in done.stderr


def test_lines_that_jieba_can_make_nothing_of_are_told(nlptool: Run, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    lines = ["大‹京 5", "小明\t3000\tnr", "毕业于 v 9000", "来到 5 v x", "", "中国科学 名词"]
    words.write_text("\n".join(lines), "utf-8")
    done = nlptool("segment", "--dictionary", words, "小明硕士毕业于中国科学院")
    assert done.lines == ["小明 硕士 毕业于 中国科学院"]
    assert [line.partition("words.txt")[2] for line in done.stderr.splitlines()] == [
        ":4: expected: word frequency tag",
    ]


LINES = {
    "New York 5 n": ("我去New York了", "我/_/去/_/New York/n/了/_"),
    "machine learning": ("学machine learning吧", "学/_/machine learning/x/吧/_"),
    "爱*奴": ("看爱*奴去", "看/_/爱*奴/x/去/_"),
    "大‹京 5": ("在大‹京", "在/_/大‹京/x"),
    "凯特·布兰切特 nr": ("爱凯特·布兰切特", "爱/_/凯特·布兰切特/nr"),
    "AC-DC 1\t9\tnz": ("听AC-DC 1", "听/_/AC-DC 1/nz"),
    "云计算平台\tn\t10": ("云计算平台", "云计算平台/n"),
    "清华学生 n 10": ("清华学生", "清华学生/n"),
    "北京院子 10 名词": ("北京院子", "北京院子/名词"),
}
"""Lines of dictionaries, each with a text, and its words and their tags, some left open."""


def test_lines_of_dictionaries(nlptool: Run, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("\n".join(LINES), "utf-8")
    given = ["--dictionary", words, "-f", "jsonl", *(text for text, _ in LINES.values())]
    tagged, plain = nlptool("segment", "--pos", *given), nlptool("segment", *given)
    assert tagged.stderr == plain.stderr == ""
    found = [cut.split("/") for _, cut in LINES.values()]
    assert [row["words"] for row in tagged.rows] == [cut[::2] for cut in found]
    assert [row["words"] for row in plain.rows] == [cut[::2] for cut in found]
    for row, cut in zip(tagged.rows, found, strict=True):
        told = zip(row["pos"], cut[1::2], strict=True)
        assert all(tag == wanted for tag, wanted in told if wanted != "_")


def test_several_dictionaries_in_their_encoding(nlptool: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text("云计算平台 10\n", "gbk")
    second.write_text("清华大学生 900\n", "gbk")
    given = ["--dictionary", first, "--dictionary", second]
    text = "清华大学生在云计算平台"
    done = nlptool("segment", "--encoding", "gbk", *given, stdin=text.encode("gbk"))
    assert done.lines == ["清华大学生 在 云计算平台"]
    assert nlptool("segment", *given, text).code == 3


def test_what_needs_jieba_itself_says_so(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "jieba.py").write_text("raise ImportError")
    words = tmp_path / "words.txt"
    words.write_text("北京 0\n", "utf-8")
    for asked in (["--pos"], ["--dictionary", words]):
        done = nlptool("segment", *asked, "我爱北京", PYTHONPATH=str(tmp_path))
        assert (done.code, done.stdout) == (4, b"")
        assert "pip install 'nlptool[jieba]'" in done.stderr
    assert nlptool("segment", "我爱北京", PYTHONPATH=str(tmp_path)).lines == ["我 爱 北京"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--pos", "-m", "words"), "model words has no --pos"),
        (("--entities", "-m", "words"), "nlptool models list --task segment"),
        (("-O", "hm=1"), "options"),
        (("-m", "jieb"), "did you mean jieba?"),
    ],
)
def test_what_makes_no_sense_is_said(nlptool: Run, words: list[str], says: str) -> None:
    done = nlptool("segment", *words, "我")
    assert done.code != 0
    assert says in done.stderr


RUNS = {
    "优衣库の秋冬新品上市": "优衣库 の 秋冬 新品 上市",
    "優衣庫の秋冬新品上市": "優衣庫 の 秋冬 新品 上市",
    "这首歌的名字叫ロミオとシンデレラ": "这 首歌 的 名字 叫 ロミオ と シンデレラ",
    "The fox 跳过了那只懒狗 and then it ran": "The fox 跳过 了 那 只 懒 狗 and then it ran",
    "ฉันรักภาษาไทย": "ฉัน รัก ภาษาไทย",
    "나는 학교에 갔다": "나 는 학교 에 갔 다",
    "選挙の結果": "選挙 の 結果",
    "版本3.6.3已发布": "版本 3.6.3 已 发布",
    "バージョン3.6.3です": "バージョン 3.6.3 です",
    "请看附件report.pdf": "请 看 附件 report.pdf",
    "好吃👨\u200d👩\u200d👧，café很好": "好吃 👨\u200d👩\u200d👧 ， café 很 好",
    "价格1,000元": "价格 1,000 元",
}


def test_runs_of_script_are_cut_by_what_knows_them(nlptool: Run) -> None:
    assert nlptool("segment", *RUNS).lines == [*RUNS.values()]
    rows = nlptool("segment", "--offsets", "-f", "jsonl", *RUNS).rows
    for (text, found), row in zip(RUNS.items(), rows, strict=True):
        assert [text[start:end] for start, end in row["spans"]] == row["words"] == found.split(" ")


def test_parts_of_speech_by_script(nlptool: Run) -> None:
    texts = {
        "我爱北京": ["我", "爱", "北京"],
        "猫が好き": ["猫", "が", "好き"],
        "나는 갔다": ["나", "는", "갔", "다"],
        "ฉันรัก": ["ฉัน", "รัก"],
    }
    rows = nlptool("segment", "--pos", "-f", "jsonl", *texts).rows
    assert [row["words"] for row in rows] == [*texts.values()]
    assert all(len(row["pos"]) == len(row["words"]) and all(row["pos"]) for row in rows)


def test_search_words_of_japanese_hangs_on_its_dictionary(nlptool: Run) -> None:
    (accurate, search) = (
        nlptool("segment", "--mode", mode, "--offsets", "-f", "jsonl", "国家公務員が見た").rows[0]
        for mode in ("accurate", "search")
    )
    assert {*map(tuple, accurate["spans"])} <= {*map(tuple, search["spans"])}


def test_a_library_that_is_missing_is_told(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import nlptool.plugins.discovery as d; f = d.find_spec\n"
        "d.find_spec = lambda n: None if n == 'sudachipy' else f(n)\n"
    )
    done = nlptool("segment", "猫が好き", "我爱北京", "犬も好き", PYTHONPATH=str(tmp_path))
    assert (done.code, done.lines[1]) == (0, "我 爱 北京")
    assert done.stderr.count("pip install 'nlptool[japanese]'") == 1
    chosen = nlptool("segment", "-m", "sudachi", "猫が好き", PYTHONPATH=str(tmp_path))
    assert (chosen.code, chosen.stdout) == (4, b"")


@given(st.lists(LETTERS | st.sampled_from(list("のロ안녕ภาʼ.'")), max_size=40).map("".join))
def test_runs_make_up_the_text(text: str) -> None:
    runs = runs_of(text)
    assert "".join(text[run.start : run.end] for run in runs) == text
    assert all(run.end > run.start for run in runs) or not text
    assert all(one.end == other.start for one, other in pairwise(runs))


def test_nothing_is_left_in_the_temporary_folder(nlptool: Run, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert nlptool("segment", "北京", TMPDIR=str(temporary)).stderr == ""
    assert list(temporary.iterdir()) == []
